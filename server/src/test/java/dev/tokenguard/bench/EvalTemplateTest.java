package dev.tokenguard.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What MONITOR tells, and what is made of it. */
class EvalTemplateTest {
  @Test
  void aLineOfMonitorIsReadByteByByte() {
    String line =
        "+1700000000.12 [0 unix:/tmp/x] \"EVALSHA\" \"a\\x00\\xffb\" \"\" \"\\\"\\\\\\n\"";

    assertEquals(
        List.of("EVALSHA", "a\u0000\u00ffb", "", "\"\\\n"),
        MonitorTap.command(line).stream().map(EvalTemplateTest::text).toList());
  }

  @Test
  void accountAndIdAreExchangedWhereverTheyAre() {
    List<byte[]> command =
        List.of(
            bytes("EVALSHA"),
            bytes("digest"),
            bytes("2"),
            bytes("tg:{acc-1}:a"),
            bytes("tg:{acc-1}:h"),
            bytes("id-1"),
            bytes("\u0001id-1\u0002acc-1"),
            bytes("same"));

    EvalTemplate template = EvalTemplate.of(command, "acc-1", "id-1");

    assertEquals("digest", template.digest());
    assertEquals(List.of("tg:{acc-2}:a", "tg:{acc-2}:h"), texts(template.keys("acc-2")));
    assertEquals(
        List.of("id-9", "\u0001id-9\u0002acc-2", "same"),
        texts(template.arguments("acc-2", "id-9")));
    assertEquals(
        List.of("id-1", "\u0001id-1\u0002acc-1", "same"),
        texts(template.arguments("acc-1", "id-1")));
  }

  @Test
  void redisTellsWhatItDid() {
    RedisStats stats =
        RedisStats.of(
            "# Memory\r\nused_memory:1000\r\nused_cpu_sys:1.5\r\nused_cpu_user:2.25\r\n"
                + "cmdstat_evalsha:calls=10,usec=150,usec_per_call=15.00\r\n");

    assertEquals(new RedisStats(10, 150, 3_750_000, 1000), stats);
  }

  private static List<String> texts(byte[][] parts) {
    return Arrays.stream(parts).map(EvalTemplateTest::text).toList();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
