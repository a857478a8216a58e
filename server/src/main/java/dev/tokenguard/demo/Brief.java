package dev.tokenguard.demo;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What somebody wants a website to say.
 *
 * @param title name of whom it is about
 * @param tagline one sentence below it; may be empty
 * @param palette its colours
 * @param language BCP 47 tag of its text
 * @param lead what stands before the first section; may be empty
 * @param sections at least one
 */
record Brief(
    String title,
    String tagline,
    Palette palette,
    String language,
    List<Block> lead,
    List<Section> sections) {
  private static final Set<String> RIGHT_TO_LEFT = Set.of("ar", "fa", "he", "ur");

  Brief {
    lead = List.copyOf(lead);
    sections = List.copyOf(sections);
  }

  /** Which way its text runs, as HTML says it. */
  String direction() {
    String primary = Locale.forLanguageTag(language).getLanguage();
    return RIGHT_TO_LEFT.contains(primary.equals("iw") ? "he" : primary) ? "rtl" : "ltr";
  }

  /**
   * A part with a heading.
   *
   * @param heading its heading
   * @param blocks at least one
   */
  record Section(String heading, List<Block> blocks) {
    Section {
      blocks = List.copyOf(blocks);
    }

    /** How much it says, in characters. */
    int length() {
      return blocks.stream().mapToInt(Block::length).sum();
    }
  }

  /** A paragraph or a list; the texts may hold {@code **bold**} and {@code [links](address)}. */
  sealed interface Block {
    /** How much it says, in characters. */
    int length();
  }

  /** A paragraph. */
  record Paragraph(String text) implements Block {
    @Override
    public int length() {
      return text.length();
    }
  }

  /** A list. */
  record Items(List<String> texts) implements Block {
    Items {
      texts = List.copyOf(texts);
    }

    @Override
    public int length() {
      return texts.stream().mapToInt(String::length).sum();
    }
  }
}
