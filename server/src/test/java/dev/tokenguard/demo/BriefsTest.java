package dev.tokenguard.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BriefsTest {
  @TempDir Path folder;

  @Test
  void ofThoseThatComeAlongTheFourthIsBroken() throws IOException {
    List<String> broken = new ArrayList<>();
    for (BriefFile each : Briefs.shipped()) {
      try {
        each.read();
      } catch (BriefException e) {
        broken.add(each.slug());
      }
    }

    assertEquals(List.of("night-market"), broken);
    // Five to spend all tokens on, and one to be refused.
    assertEquals(7, Briefs.shipped().size());
  }

  @Test
  void takesBriefsInOrderOfNameAndGivesEachAPlaceOfItsOwn() throws IOException {
    for (String name :
        List.of("2-b & c.md", "1-A.TXT", "1-a.md", "4-!.md", "2024.md", "x.png", ".hidden.md")) {
      Files.createFile(folder.resolve(name));
    }
    Files.createDirectory(folder.resolve("folder.md"));

    List<BriefFile> briefs = Briefs.of(folder);

    assertEquals(
        List.of("1-A.TXT", "1-a.md", "2-b & c.md", "2024.md", "4-!.md"),
        briefs.stream().map(BriefFile::name).toList());
    assertEquals(
        List.of("a", "a-2", "b-c", "2024", "site"), briefs.stream().map(BriefFile::slug).toList());
  }

  @Test
  void saysWhyAFolderIsNone() throws IOException {
    Path missing = folder.resolve("missing");
    Path file = Files.createFile(folder.resolve("file"));

    assertEquals(missing + ": no such folder", messageOf(missing));
    assertEquals(file + " is not a folder", messageOf(file));
    assertEquals(
        folder + " has no briefs (expected: files ending in .md or .txt)", messageOf(folder));
  }

  @Test
  void whatIsNoTextIsABrokenBrief() throws IOException {
    Path latin = Files.write(folder.resolve("a.md"), new byte[] {'-', (byte) 0xe9});
    Path large = Files.write(folder.resolve("b.md"), new byte[100_000]);

    for (BriefFile brief : Briefs.of(folder)) {
      BriefException thrown = assertThrows(BriefException.class, brief::read);
      assertTrue(
          List.of(
                  latin.getFileName() + ": not UTF-8 text",
                  large.getFileName() + ": larger than 65536 bytes")
              .contains(thrown.getMessage()),
          thrown.getMessage());
    }
  }

  @Test
  void copiesKeepWhatTheUserChanged() throws IOException {
    Path changed = Files.writeString(folder.resolve("02-copper-kettle.md"), "mine");

    Briefs.copyShipped(folder);

    assertEquals("mine", Files.readString(changed));
    assertEquals(7, Briefs.of(folder).size());
    assertFalse(Files.readString(folder.resolve("07-hilltop-bikes.md")).isEmpty());
  }

  private static String messageOf(Path briefs) {
    return String.valueOf(assertThrows(IOException.class, () -> Briefs.of(briefs)).getMessage());
  }
}
