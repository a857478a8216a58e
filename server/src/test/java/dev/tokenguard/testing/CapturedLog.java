package dev.tokenguard.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Keeps what one logger is told, from here to its end, away from the console. */
public final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final Logger logger;
  private final boolean additive;
  private final @Nullable Level before;
  private final List<String> messages = new CopyOnWriteArrayList<>();

  /** What the logger of a class is told. */
  public CapturedLog(Class<?> type) {
    this(type.getName());
  }

  /** What a logger, and those below it, are told. */
  public CapturedLog(String name) {
    logger = (Logger) LoggerFactory.getLogger(name);
    additive = logger.isAdditive();
    before = logger.getLevel();
    logger.setAdditive(false);
    logger.addAppender(this);
    start();
  }

  /** Also what would not be logged otherwise. */
  public CapturedLog from(Level level) {
    logger.setLevel(level);
    return this;
  }

  /** The messages so far. */
  public List<String> messages() {
    return messages;
  }

  @Override
  protected void append(ILoggingEvent event) {
    messages.add(event.getFormattedMessage());
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setAdditive(additive);
    logger.setLevel(before);
    stop();
  }
}
