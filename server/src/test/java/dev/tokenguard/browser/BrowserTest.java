package dev.tokenguard.browser;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A class of tests in a browser; its name ends in {@code BrowserIT}. Before its first test the jar
 * starts with a catalog and an empty data folder. Tests take what they need as parameters:
 *
 * <pre>{@code
 * @BrowserTest(catalog = "media-studio.yaml")
 * class GroupsBrowserIT {
 *   @Test
 *   void anOperatorLooksAtAGroup(Sidecar sidecar, Visitors visitors) {
 *     sidecar.admin("CreateAccount", "{account: {account_id: red, plan: group}}");
 *     sidecar.spend("red", "generate_image", 3);
 *     Visitor somchai = visitors.arrive(Look.LAPTOP.in("th").dark());
 *     Page page = somchai.open(sidecar.url("/console/"));
 *     page.getByLabel("Key").fill(sidecar.key(Role.OPERATOR));
 *     assertThat(page.getByText("red")).isVisible(); // PlaywrightAssertions: these wait
 *     somchai.checkAccessibility(); // axe
 *     somchai.screenshot("group-th-dark"); // target/screenshots/group-th-dark.png
 *   }
 * }
 * }</pre>
 *
 * <p>A test fails if a page of a visitor logs an error, throws one, breaks its content security
 * policy or asks any other machine for something; what a test provokes it names beforehand with
 * {@link Visitor#expectError}. Work on a page without building the jar anew with {@code
 * -Dtokenguard.overlay=server/src/main/resources}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(BrowserExtension.class)
public @interface BrowserTest {

  /** A file of {@code deploy/catalogs}, or the text of a catalog, which has more than a line. */
  String catalog() default "website-builder.yaml";

  /** Settings of the server, such as {@code watch.max_streams=3}. */
  String[] settings() default {};
}
