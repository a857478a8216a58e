package dev.tokenguard.command;

import java.io.Console;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * What is around a command besides its arguments; tests make another one.
 *
 * @param interactive whether there is somebody to ask, who sees at once what is told
 * @param in standard input
 * @param out standard output, for bytes that no text encoding may touch
 * @param zone where the times that are told and asked for are local
 * @param user who runs the command
 */
record Terminal(boolean interactive, InputStream in, OutputStream out, ZoneId zone, String user) {

  static Terminal ofProcess() {
    return new Terminal(
        isInteractive(System.console()),
        System.in,
        System.out,
        ZoneId.systemDefault(),
        System.getProperty("user.name", ""));
  }

  /** From JDK 22 on there always is a console, and one has to ask whether it is a terminal. */
  private static boolean isInteractive(@Nullable Console console) {
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }
}
