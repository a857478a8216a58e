package dev.tokenguard.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Where an embedded Redis is reached: in its folder, or on the loopback interface. */
sealed interface RedisAddress {
  /** The URI for clients. Holds the password, if there is one. */
  String uri();

  /** The address for people. */
  String shown();

  /** Where to connect. */
  SocketAddress socketAddress();

  /** The kind of {@link #socketAddress()}. */
  ProtocolFamily family();

  /** What to say first on a connection; empty if nothing. */
  String greeting();

  /**
   * A Unix socket: as safe as the folder it is in, and faster than TCP.
   *
   * @param path absolute, and short enough
   */
  record UnixSocket(Path path) implements RedisAddress {
    /** Bytes of a path that fit in a socket address everywhere: 104 on macOS, 108 on Linux. */
    private static final int MAX_PATH_BYTES = 100;

    static boolean fits(Path path) {
      return path.toString().getBytes(UTF_8).length <= MAX_PATH_BYTES;
    }

    @Override
    public String uri() {
      try {
        return new URI("redis-socket", "", path.toString(), null, null).toASCIIString();
      } catch (URISyntaxException e) {
        throw new IllegalArgumentException(e);
      }
    }

    @Override
    public String shown() {
      return path.toString();
    }

    @Override
    public SocketAddress socketAddress() {
      return UnixDomainSocketAddress.of(path);
    }

    @Override
    public ProtocolFamily family() {
      return StandardProtocolFamily.UNIX;
    }

    @Override
    public String greeting() {
      return "";
    }
  }

  /**
   * A port on 127.0.0.1, which others on the machine could reach too: hence a password.
   *
   * @param port from 1 to 65535
   * @param password letters and digits
   */
  record Loopback(int port, String password) implements RedisAddress {
    @Override
    public String uri() {
      return "redis://:" + password + "@127.0.0.1:" + port;
    }

    @Override
    public String shown() {
      return "127.0.0.1:" + port;
    }

    @Override
    public SocketAddress socketAddress() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public ProtocolFamily family() {
      return StandardProtocolFamily.INET;
    }

    @Override
    public String greeting() {
      return "AUTH " + password + "\r\n";
    }

    /** All but the password. */
    @Override
    public String toString() {
      return shown();
    }
  }
}
