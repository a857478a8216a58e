package dev.tokenguard.wire;

import dev.tokenguard.testing.TestCa;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Speaks TLS for a server that does not, such as the bundled Redis. Thread-safe. */
public final class TlsProxy implements AutoCloseable {
  private final int upstreamPort;
  private final SSLServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "tls-proxy");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * A proxy in front of a port of this machine.
   *
   * @param port its own; 0 for any
   * @param clients whose certificates callers must show; null for none
   */
  public TlsProxy(int upstreamPort, int port, TestCa.Pair pair, @Nullable TestCa clients) {
    this.upstreamPort = upstreamPort;
    try {
      listener =
          (SSLServerSocket)
              context(pair, clients)
                  .getServerSocketFactory()
                  .createServerSocket(port, 50, InetAddress.getLoopbackAddress());
      listener.setNeedClientAuth(clients != null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** Where it listens. */
  public int port() {
    return listener.getLocalPort();
  }

  private static SSLContext context(TestCa.Pair pair, @Nullable TestCa clients) {
    try {
      KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
      keys.load(null, null);
      keys.setKeyEntry(
          "redis", pair.keys().getPrivate(), new char[0], new Certificate[] {pair.certificate()});
      KeyManagerFactory keyManagers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keyManagers.init(keys, new char[0]);
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      if (clients != null) {
        trusted.setCertificateEntry("ca", clients.certificate());
      }
      TrustManagerFactory trustManagers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trustManagers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          keyManagers.getKeyManagers(),
          clients == null ? null : trustManagers.getTrustManagers(),
          null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket down = listener.accept();
        Socket up = new Socket(InetAddress.getLoopbackAddress(), upstreamPort);
        sockets.add(down);
        sockets.add(up);
        threads.execute(() -> pump(down, up));
        threads.execute(() -> pump(up, down));
      } catch (IOException e) {
        // Closed, or nobody there: the caller sees that its connection ends.
      }
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[1 << 14];
    try {
      for (int read = from.getInputStream().read(buffer);
          read >= 0;
          read = from.getInputStream().read(buffer)) {
        to.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException e) {
      // Cut, or refused by the other side.
    } finally {
      sockets.remove(from);
      sockets.remove(to);
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Gone already.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sockets.forEach(TlsProxy::close);
    threads.shutdownNow();
  }
}
