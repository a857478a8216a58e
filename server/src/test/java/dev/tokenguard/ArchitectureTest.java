package dev.tokenguard;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may use whom. To let a package use another, change the table, and say why in the commit. */
class ArchitectureTest {
  private static final String BASE = "dev.tokenguard";
  private static final String ROOT = "(root)";

  /** The protocol, the client, and an example of its use: modules of their own. */
  private static final Set<String> OTHER_MODULES = Set.of("v1", "client", "example");

  /** Each package of the server, and which others of ours it may use. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          entry("domain", Set.of()),
          entry("config", Set.of("domain")),
          entry("store", Set.of("domain")),
          entry("store.redis", Set.of("store", "domain", "config", "tls")),
          entry("service", Set.of("domain", "store")),
          entry("auth", Set.of("config", "domain")),
          entry("tls", Set.of()),
          entry("grpc", Set.of("service", "domain", "auth", "tls", "v1")),
          entry("metrics", Set.of("domain")),
          entry(
              "http",
              Set.of("http.rpc", "http.console", "grpc", "metrics", "auth", "tls", "domain")),
          entry("http.console", Set.of()),
          entry("http.rpc", Set.of("grpc", "auth", "v1")),
          entry("embedded", Set.of("config")),
          entry("tracing", Set.of("config", "domain", "store", "v1")));

  /** These may use every other package, and none of those above may use them. */
  private static final Set<String> OUTERMOST = Set.of(ROOT, "command", "demo", "bench");

  /** Packages of libraries, and the only packages of ours that may use them. */
  private static final Map<String, Set<String>> USED_ONLY_BY =
      Map.ofEntries(
          entry("io.lettuce", Set.of("store.redis", "bench")),
          entry("io.netty", Set.of("store.redis", "bench")),
          entry("org.snakeyaml", Set.of("config")),
          entry("org.eclipse.jetty", Set.of("http", "http.rpc", "http.console")),
          entry("io.github.bucket4j", Set.of("auth")),
          entry("com.nimbusds", Set.of("auth")),
          entry("io.micrometer", Set.of("metrics", "http")),
          entry("io.prometheus", Set.of("metrics", "http")),
          entry("picocli", Set.of(ROOT, "command", "demo", "bench")),
          entry("org.HdrHistogram", Set.of("bench")),
          entry("com.google.gson", Set.of("service", "http.rpc")),
          entry(
              "com.google.protobuf", Set.of("grpc", "http.rpc", ROOT, "command", "demo", "bench")),
          entry(
              "io.grpc",
              Set.of("grpc", "http.rpc", "tls", "tracing", ROOT, "command", "demo", "bench")),
          entry("io.opentelemetry", Set.of("tracing")),
          entry("redis.embedded", Set.of()));

  private static final JavaClasses CLASSES = importClasses();

  private static JavaClasses importClasses() {
    // Names are enough to know whom a class uses: nobody else's classes need be read.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importPackages(BASE);
  }

  static Set<String> packages() {
    return new TreeSet<>(MAY_USE.keySet());
  }

  static Set<String> libraries() {
    return new TreeSet<>(USED_ONLY_BY.keySet());
  }

  @Test
  void everyPackageIsInTheTable() {
    Set<String> known = new TreeSet<>(OUTERMOST);
    known.addAll(MAY_USE.keySet());
    known.addAll(OTHER_MODULES);
    Set<String> unknown =
        CLASSES.stream().map(ArchitectureTest::part).collect(Collectors.toCollection(TreeSet::new));
    assertFalse(unknown.isEmpty());
    unknown.removeAll(known);

    assertEquals(Set.of(), unknown);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void usesOnlyWhatTheTableSays(String part) {
    Set<String> allowed = new TreeSet<>(Objects.requireNonNull(MAY_USE.get(part)));
    allowed.add(part);

    noClasses()
        .that(are("in " + part, each -> part(each).equals(part)))
        .should()
        .dependOnClassesThat(
            are(
                "ours, other than " + allowed,
                each -> isOurs(each) && !allowed.contains(part(each))))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void librariesStayWhereTheyBelong(String library) {
    Set<String> users = Objects.requireNonNull(USED_ONLY_BY.get(library));

    noClasses()
        .that(
            are(
                "of the server, outside " + users,
                each -> !OTHER_MODULES.contains(part(each)) && !users.contains(part(each))))
        .should()
        .dependOnClassesThat(
            are("of " + library, each -> (each.getPackageName() + ".").startsWith(library + ".")))
        .check(CLASSES);
  }

  @Test
  void theDomainNeedsNothingButTheJdk() {
    classes()
        .that(are("in the domain", each -> part(each).equals("domain")))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(BASE + ".domain", "java..", "org.jspecify.annotations")
        .check(CLASSES);
  }

  @Test
  void thereAreNoCircles() {
    slices().matching(BASE + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void everyPackageIsCheckedForNulls() {
    Map<String, Boolean> marked = new TreeMap<>();
    for (JavaClass each : CLASSES) {
      if (!OTHER_MODULES.contains(part(each))) {
        marked.put(part(each), each.getPackage().isAnnotatedWith(NullMarked.class));
      }
    }
    marked.values().removeIf(yes -> yes);

    assertEquals(Map.of(), marked);
  }

  private static boolean isOurs(JavaClass each) {
    return (each.getPackageName() + ".").startsWith(BASE + ".");
  }

  /** The name of a package of ours as the table has it. */
  private static String part(JavaClass each) {
    String name = each.getPackageName();
    return name.equals(BASE) ? ROOT : name.substring(BASE.length() + 1);
  }

  private static DescribedPredicate<JavaClass> are(
      String description, Predicate<JavaClass> predicate) {
    return describe("are " + description, predicate);
  }
}
