package dev.tokenguard.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tokenguard.auth.ApiKey;
import dev.tokenguard.config.Credentials;
import dev.tokenguard.config.CredentialsLoader;
import dev.tokenguard.domain.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyCommandTest {
  @TempDir Path folder;
  private final Shell shell = new Shell("127.0.0.1:1");

  @Test
  void theKeyIsForItsUserAndTheHashForTheFile() throws Exception {
    Shell.Ran ran = shell.run("key", "create", "builder", "--role=guard");
    assertEquals(0, ran.exitCode());
    String key = ran.out().strip();
    assertTrue(key.matches("tg_[A-Za-z0-9_-]{43}"), ran.out());
    assertFalse(ran.err().contains(key));
    Credentials credentials =
        CredentialsLoader.parse(
            "keys:\n" + ran.err().substring(ran.err().indexOf('\n') + 1), "pasted", Set.of());
    assertEquals(ApiKey.sha256(key), credentials.keys().get(0).sha256());
    assertEquals(Role.GUARD, credentials.keys().get(0).identity().role());
  }

  @Test
  void aFileGetsItAndKeepsWhatPeopleWrote() throws Exception {
    Path file = folder.resolve("keys.yaml");
    String[] first = {"key", "create", "ann@ops", "--role=operator", "--prefix=shop-"};
    assertEquals(0, shell.run(with(first, "--file=" + file, "--expires=90d")).exitCode());
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    Files.writeString(file, Files.readString(file) + "# the end\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertEquals(0, shell.run("key", "create", "a.b", "--role=admin", "--file=" + file).exitCode());

    String text = Files.readString(file);
    assertTrue(text.endsWith("# the end\n"), text);
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(Set.of("a.b", "ann@ops"), CredentialsLoader.load(file, Set.of()).names());
    String list = shell.run("key", "check", file.toString()).out();
    assertTrue(list.contains("accounts that begin with 'shop-'"), list);

    Shell.Ran again = shell.run(with(first, "--file=" + file));
    assertEquals(2, again.exitCode());
    assertTrue(again.err().contains("has a key of ann@ops already"), again.err());
    assertEquals(text, Files.readString(file));
    assertEquals("", again.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "key create x --role=boss                | --role: 'boss' (expected: guard, viewer, operator"
            + " or admin)",
        "key create x                            | --role",
        "key create -x --role=guard              | ",
        "key create x --role=guard --account=a,b | keys.x.accounts: \"a,b\" in quotes",
        "key create x! --role=guard              | keys.x!: not a name",
        "key create x --role=guard --file=FOLDER/bad.yaml | bad.yaml:1:",
        "key create x --role=guard --file=FOLDER/flow.yaml | add this there by hand",
      })
  void tellsWhatIsWrong(String words, @Nullable String says) throws Exception {
    Files.writeString(folder.resolve("bad.yaml"), "kees: {}\n");
    Files.writeString(folder.resolve("flow.yaml"), "keys: {}\n");
    Shell.Ran ran = shell.run(words.replace("FOLDER", folder.toString()).split(" "));
    assertEquals(2, ran.exitCode(), ran.err());
    assertEquals("", ran.out());
    assertTrue(ran.err().contains(says == null ? "" : says), ran.err());
    assertEquals("kees: {}\n", Files.readString(folder.resolve("bad.yaml")));
    assertEquals("keys: {}\n", Files.readString(folder.resolve("flow.yaml")));
  }

  private static String[] with(String[] words, String... more) {
    String[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return all;
  }
}
