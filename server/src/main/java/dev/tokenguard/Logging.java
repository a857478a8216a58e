package dev.tokenguard;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.grpc.StatusRuntimeException;
import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import org.slf4j.LoggerFactory;

/**
 * Sets up logging: on standard error, by program instead of by file, which costs a tenth of a
 * second less at every start. Logback finds this class by {@code META-INF/services}; until {@link
 * #configure} is called, people read warnings.
 */
public final class Logging extends ContextAwareBase implements Configurator {

  /** Libraries that tell more than operators want to know. */
  private static final List<String> QUIET =
      List.of("io.grpc", "io.lettuce", "io.netty", "io.micrometer", "org.eclipse.jetty", "reactor");

  private static final String OURS = "dev.tokenguard";

  /** What others log at least. */
  static final Level OF_OTHERS = Level.WARN;

  private static final LogEncoder ENCODER = new LogEncoder();

  /**
   * Sets what is logged, and how.
   *
   * @param level {@code error}, {@code warn}, {@code info}, {@code debug} or {@code trace}, of what
   *     TokenGuard itself has to tell
   * @param json one JSON object a line, for machines, instead of text for people
   */
  public static void configure(String level, boolean json) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    ENCODER.setJson(json);
    setLevel(context, Level.toLevel(level, Level.INFO));
  }

  /** Sets what TokenGuard itself has to tell, and its libraries with it. */
  static void setLevel(LoggerContext context, Level ours) {
    context.getLogger(OURS).setLevel(ours);
    // Who asks for debug wants to know of everything.
    boolean all = Level.INFO.isGreaterOrEqual(ours) && ours != Level.INFO;
    QUIET.forEach(name -> context.getLogger(name).setLevel(all ? Level.INFO : Level.WARN));
  }

  /** What TokenGuard itself logs at least. */
  static Level level(LoggerContext context) {
    return context.getLogger(OURS).getEffectiveLevel();
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("stderr");
    console.setTarget("System.err");
    console.setEncoder(ENCODER);
    ENCODER.setContext(context);
    ENCODER.start();
    console.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(OF_OTHERS);
    root.addAppender(console);
    bridgeJavaLogging();
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** gRPC logs with the JDK's logger; its warnings go where all the others go. */
  private static void bridgeJavaLogging() {
    LogManager.getLogManager().reset();
    java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
    root.setLevel(java.util.logging.Level.WARNING);
    root.addHandler(new Bridge());
  }

  private static final class Bridge extends Handler {
    private final org.slf4j.Logger log = LoggerFactory.getLogger(Logging.class);

    @Override
    public void publish(LogRecord event) {
      if (event.getThrown() instanceof StatusRuntimeException) {
        // gRPC's way to say that a caller sent what is no message, or too long a one. The caller is
        // told; a stack trace for each would let it fill the disk.
        log.debug("A call could not be read: {}", event.getThrown().getMessage());
      } else if (event.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue()) {
        String logger = event.getLoggerName() == null ? "jdk" : event.getLoggerName();
        org.slf4j.Logger library = LoggerFactory.getLogger(logger);
        if (event.getLevel().intValue() >= java.util.logging.Level.SEVERE.intValue()) {
          library.error(message(event), event.getThrown());
        } else {
          library.warn(message(event), event.getThrown());
        }
      }
    }

    private static String message(LogRecord event) {
      String message = String.valueOf(event.getMessage());
      Object[] parameters = event.getParameters();
      return parameters == null || parameters.length == 0
          ? message
          : new MessageFormat(message, Locale.ROOT).format(parameters);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
