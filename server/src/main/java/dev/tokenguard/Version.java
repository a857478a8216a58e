package dev.tokenguard;

/** The version of this build. */
final class Version {
  private Version() {}

  /** As the jar's manifest says; {@code dev} where it is run from classes. */
  static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
