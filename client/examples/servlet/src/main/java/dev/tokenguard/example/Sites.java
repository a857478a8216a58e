package dev.tokenguard.example;

import dev.tokenguard.client.TokenGuardClient;
import dev.tokenguard.client.TokenGuardClientBuilder;
import jakarta.servlet.DispatcherType;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * A website generator that asks before it spends: POST /sites makes an HTML file out of a brief,
 * for one token.
 */
public final class Sites {

  private Sites() {}

  /** Serves until it is stopped. */
  public static void main(String[] arguments) throws Exception {
    TokenGuardClientBuilder builder =
        TokenGuardClient.builder(setting("TOKENGUARD_TARGET", "127.0.0.1:7707"));
    String key = setting("TOKENGUARD_KEY", "");
    if (!key.isEmpty()) {
      builder.bearerToken(() -> key);
    }
    try (TokenGuardClient guard = builder.build()) {
      ServletContextHandler context = new ServletContextHandler();
      context.addServlet(
          new ServletHolder(
              new SitesServlet(
                  Path.of(setting("SITES", "sites")), seconds("SECONDS_PER_SECTION", "0.5"))),
          "/sites");
      TokenGuardFilter filter =
          new TokenGuardFilter(
              guard,
              "create_website",
              request -> request.getHeader("X-Account"), // Set by what signs your users in.
              seconds("TOKENGUARD_TTL", "60"));
      context.addFilter(new FilterHolder(filter), "/sites", EnumSet.of(DispatcherType.REQUEST));

      Server server =
          new Server(new InetSocketAddress("127.0.0.1", Integer.parseInt(setting("PORT", "8080"))));
      server.setHandler(context);
      server.setStopTimeout(30_000);
      server.setStopAtShutdown(true);
      server.start();
      int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
      System.out.println("Sites are made at http://127.0.0.1:" + port + "/sites");
      server.join();
    }
  }

  private static String setting(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }

  private static Duration seconds(String name, String otherwise) {
    return Duration.ofMillis(Math.round(Double.parseDouble(setting(name, otherwise)) * 1000));
  }
}
