package dev.tokenguard.config;

import java.util.regex.Pattern;

/** Keeps passwords out of logs and messages. */
public final class Secrets {
  private static final Pattern USER_INFO = Pattern.compile("(?<=://).*@");

  private Secrets() {}

  /** A URI with stars in the place of its user and password. */
  public static String mask(String uri) {
    return USER_INFO.matcher(uri).replaceAll("***@");
  }
}
