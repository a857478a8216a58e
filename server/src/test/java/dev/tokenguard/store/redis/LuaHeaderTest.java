package dev.tokenguard.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.domain.AccountSnapshot;
import dev.tokenguard.domain.Amounts;
import dev.tokenguard.domain.Denial;
import dev.tokenguard.domain.Periods;
import dev.tokenguard.domain.Reservation;
import dev.tokenguard.store.redis.AccountFixture.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Lua files say of themselves what is true, and their numbers are those of the Java enums. */
class LuaHeaderTest {
  private static final List<String> LIBRARY =
      List.of(
          "balance",
          "begin",
          "catch_up",
          "codes",
          "decide",
          "denied",
          "expire",
          "finish",
          "fold",
          "give",
          "hold",
          "layout",
          "ledger",
          "member",
          "member_period",
          "own_hold",
          "payer",
          "period",
          "pocket",
          "remember",
          "replay",
          "request",
          "room",
          "settle",
          "start",
          "take",
          "usage");

  /** Of ENDED, OK and so on: the word before the colon stands in the header of the reply. */
  private static final Pattern CODE_LINE = Pattern.compile("(?:return|answer =)[^{]*\\{([A-Z_]+),");

  /** Those that are about no account. */
  private static final List<Script> OF_NO_ACCOUNT =
      List.of(Script.RECORD, Script.COUNT, Script.SECRET);

  static String read(String file) {
    try (InputStream in = Script.class.getResourceAsStream("lua/" + file + ".lua")) {
      return new String(Objects.requireNonNull(in, file).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The lines of comment with which a file begins. */
  private static String header(String file) {
    StringBuilder header = new StringBuilder();
    for (String line : read(file).split("\n")) {
      if (!line.startsWith("--") || line.startsWith("-- include:")) {
        break;
      }
      header.append(line.substring(2)).append('\n');
    }
    return header.toString();
  }

  @ParameterizedTest
  @EnumSource(Script.class)
  void headerTellsPurposeKeysArgumentsAndReply(Script script) {
    String header = header(script.label());
    assertTrue(header.stripLeading().split("\n")[0].endsWith("."), header);
    assertTrue(
        OF_NO_ACCOUNT.contains(script)
            || header.contains(" KEYS   1 account  2 holds  3 due  4 ledger  5 members  6 grants"),
        header);
    boolean framed =
        !List.of(Script.LEAVE, Script.AUDIT).contains(script) && !OF_NO_ACCOUNT.contains(script);
    assertTrue(!framed || header.contains(" ARGV   1 frame  2 "), header);
    assertTrue(header.contains(" REPLY  "), header);
  }

  @ParameterizedTest
  @EnumSource(Script.class)
  void headerNamesEveryArgumentThatIsRead(Script script) {
    String header = header(script.label());
    String arguments = header.substring(header.indexOf("ARGV"), header.indexOf("REPLY"));
    TreeSet<Integer> told = new TreeSet<>();
    Matcher number = Pattern.compile("(?<!\\S)(\\d+) [a-z]").matcher(arguments);
    while (number.find()) {
      told.add(Integer.valueOf(number.group(1)));
    }
    TreeSet<Integer> read = new TreeSet<>();
    if (script != Script.AUDIT && !OF_NO_ACCOUNT.contains(script)) {
      read.add(2); // the subject, which not every script needs
    }
    Matcher argument =
        Pattern.compile("ARGV\\[(\\d+)]").matcher(ScriptAssembler.assemble(script.label()));
    while (argument.find()) {
      read.add(Integer.valueOf(argument.group(1)));
    }
    assertEquals(read, told);
  }

  @ParameterizedTest
  @EnumSource(Script.class)
  void headerListsEveryCodeOfTheReply(Script script) {
    String header = header(script.label());
    String reply = header.substring(header.indexOf("REPLY"));
    Set<String> told = new TreeSet<>();
    for (ReplyCode code : ReplyCode.values()) {
      if (Pattern.compile("\\b" + code + "\\b").matcher(reply).find()) {
        told.add(code.name());
      }
    }
    Set<String> answered = new TreeSet<>(Set.of("OK"));
    collectCodes(script.label(), answered);
    assertEquals(told, answered);
  }

  private static void collectCodes(String file, Set<String> codes) {
    for (String line : read(file).split("\n")) {
      String code = line.replaceFirst("--.*", "");
      Matcher named = Pattern.compile("\\b[A-Z][A-Z_]+\\b").matcher(code);
      boolean sets = CODE_LINE.matcher(code).find() || code.contains("code, detail = ");
      while (sets && named.find()) {
        for (ReplyCode known : ReplyCode.values()) {
          if (known.name().equals(named.group())) {
            codes.add(known.name());
          }
        }
      }
      if (line.trim().startsWith("-- include: ")) {
        collectCodes("lib/" + line.trim().substring(12), codes);
      }
    }
  }

  @Test
  void everySectionBeginsWithWhatItIs() {
    for (String file : LIBRARY) {
      assertFalse(header("lib/" + file).isBlank(), file);
    }
  }

  @Test
  void codesAreThoseOfTheEnums() {
    assertCodes(ReplyCode.values());
    assertCodes(Denial.Reason.values());
    assertCodes(Reservation.State.values());
    for (Denial.Scope scope : Denial.Scope.values()) {
      assertCode(scope.name() + "_SCOPE", scope.ordinal());
    }
    for (AccountSnapshot.Kind kind : AccountSnapshot.Kind.values()) {
      assertCode(kind.name() + "_EVENT", kind.ordinal());
    }
    for (Kind kind : Kind.values()) {
      assertCode("L_" + kind.name(), kind.ordinal());
    }
    int expected =
        ReplyCode.values().length
            + Denial.Reason.values().length
            + Reservation.State.values().length
            + Denial.Scope.values().length
            + AccountSnapshot.Kind.values().length;
    assertEquals(expected, names("lib/codes").size(), "codes that no enum mirrors");
  }

  @Test
  void boundsAreThoseOfTheDomain() {
    assertEquals(Long.toString(Amounts.MAX), ScriptAssembler.constant("MAX"));
    assertEquals(Long.toString(Periods.FOREVER), ScriptAssembler.constant("FOREVER"));
  }

  private static void assertCodes(Enum<?>[] values) {
    for (Enum<?> value : values) {
      assertCode(value.name(), value.ordinal());
    }
  }

  private static void assertCode(String name, int number) {
    assertEquals(Integer.toString(number), ScriptAssembler.constant(name), name);
  }

  private static List<String> names(String file) {
    List<String> names = new ArrayList<>();
    for (String line : read(file).split("\n")) {
      if (line.startsWith("local ")) {
        names.addAll(List.of(line.substring(6, line.indexOf(" = ")).split(", ")));
      }
    }
    return names;
  }

  @Test
  void noScriptScans() {
    for (Script script : Script.values()) {
      String code = ScriptAssembler.assemble(script.label());
      assertFalse(
          Pattern.compile("'(KEYS|SCAN|HSCAN|ZSCAN|SSCAN|HGETALL|HKEYS|HVALS|SMEMBERS)'")
              .matcher(code)
              .find(),
          script.label());
    }
  }

  @ParameterizedTest
  @EnumSource(Script.class)
  void redisTakesIt(Script script) {
    Object digest = TestRedis.await(TestRedis.shared().commands().scriptLoad(script.source()));
    assertEquals(script.digest(), digest);
  }
}
