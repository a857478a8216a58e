package dev.tokenguard.demo;

import java.io.IOException;

/** A brief that no site can be built from. The message is for its author. */
final class BriefException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Tells what is wrong where.
   *
   * @param line counted from 1; 0 for the file as a whole
   */
  BriefException(String file, int line, String problem) {
    super(line == 0 ? file + ": " + problem : file + ":" + line + ": " + problem);
  }
}
