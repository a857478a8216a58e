package dev.tokenguard.wire;

import dev.tokenguard.testing.Tools;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** All that services are told is the same on Valkey, where there is one. */
class LifeOnValkeyTest extends LifeOverTheWireTest {

  @Override
  String redisIn(Path folder) {
    Path valkey = Tools.find("valkey-server", "what services are told on Valkey").orElse(null);
    Assumptions.assumeTrue(valkey != null, "valkey-server is not installed");
    return "embedded.redis_server=" + valkey;
  }
}
