package dev.tokenguard.auth;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Keys at an address of HTTP. Follows no redirect: the settings say whom to trust, and nobody else
 * does.
 */
final class JwksUrl implements JwksSource {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int OK = 200;

  private final URI address;
  private final HttpClient client;

  /**
   * Keys at an address.
   *
   * @param ca certificates of the authorities to trust; empty for those that Java knows
   * @throws IOException if they cannot be used
   */
  JwksUrl(URI address, Optional<Path> ca) throws IOException {
    this.address = address;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT);
    if (ca.isPresent()) {
      builder.sslContext(trusting(ca.get()));
    }
    this.client = builder.build();
  }

  private static SSLContext trusting(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> authorities =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (authorities.isEmpty()) {
        throw new IOException("no certificate in it");
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate each : authorities) {
        store.setCertificateEntry("ca-" + store.size(), each);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException(
          "auth.jwks_ca: " + file + ": " + e + " (expected: certificates in PEM form)", e);
    }
  }

  @Override
  public CompletionStage<String> fetch() {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(TIMEOUT)
            .header("Accept", "application/jwk-set+json, application/json")
            .build();
    CompletableFuture<HttpResponse<String>> sent =
        client.sendAsync(
            request,
            answer ->
                answer.statusCode() == OK
                    ? new BoundedBody(MAX_BYTES)
                    : HttpResponse.BodySubscribers.replacing(""));
    // The timeout of a request ends with its headers; a body may come a byte at a time.
    return sent.thenApply(JwksUrl::body)
        .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (body, thrown) -> {
              if (thrown instanceof TimeoutException) {
                sent.cancel(true);
              }
            });
  }

  private static String body(HttpResponse<String> answer) {
    int status = answer.statusCode();
    if (status != OK) {
      throw new CompletionException(
          new IOException(
              "HTTP status "
                  + status
                  + (status / 100 == 3 ? ", and redirects are not followed" : "")
                  + " (expected: 200 and a JWKS)"));
    }
    return answer.body();
  }
}
