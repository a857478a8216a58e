package dev.tokenguard.browser;

import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Starts what a {@link BrowserTest} needs and gives it to the tests: one browser for all classes, a
 * server and a site of another origin for each class, visitors for each test.
 */
final class BrowserExtension
    implements ExecutionCondition,
        BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(BrowserExtension.class);

  private static final Map<Class<?>, Function<ExtensionContext, Object>> PARAMETERS =
      Map.of(
          Sidecar.class, context -> get(context, Sidecar.class),
          ShopSite.class, context -> get(context, ShopSite.class),
          Visitors.class, BrowserExtension::visitors);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (Chromium.find().isPresent()) {
      return ConditionEvaluationResult.enabled("there is a browser");
    }
    System.out.println("LEFT OUT, for chromium is not installed: " + context.getDisplayName());
    return ConditionEvaluationResult.disabled("chromium is not installed");
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    ExtensionContext.Store all = context.getRoot().getStore(NAMESPACE);
    all.computeIfAbsent(Chromium.class, key -> Chromium.start());
    BrowserTest wanted = context.getRequiredTestClass().getAnnotation(BrowserTest.class);
    ExtensionContext.Store store = context.getStore(NAMESPACE);
    // Closed in the other order.
    ShopSite site = ShopSite.start();
    store.put(ShopSite.class, site);
    store.put(Sidecar.class, Sidecar.start(wanted.catalog(), wanted.settings(), site.origin()));
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    get(context, Sidecar.class).ensureServing(); // a test may have failed while it was gone
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Visitors visitors = context.getStore(NAMESPACE).get(Visitors.class, Visitors.class);
    if (visitors != null) {
      visitors.leave(context.getExecutionException().isPresent(), name(context));
    }
  }

  private static String name(ExtensionContext context) {
    return context.getRequiredTestClass().getSimpleName()
        + "-"
        + context.getRequiredTestMethod().getName();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return PARAMETERS.containsKey(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return Objects.requireNonNull(PARAMETERS.get(parameter.getParameter().getType()))
        .apply(context);
  }

  private static Object visitors(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(
            Visitors.class, key -> new Visitors(get(context, Chromium.class).browser()));
  }

  private static <T> T get(ExtensionContext context, Class<T> type) {
    return Objects.requireNonNull(context.getStore(NAMESPACE).get(type, type), type.getName());
  }
}
