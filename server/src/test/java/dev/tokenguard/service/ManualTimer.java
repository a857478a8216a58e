package dev.tokenguard.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Time that passes when it is told to, and what is due by it. For one thread. */
final class ManualTimer extends AbstractExecutorService implements ScheduledExecutorService {

  private final List<Task<?>> tasks = new ArrayList<>();
  private long nanos;

  long nanoTime() {
    return nanos;
  }

  /** Runs what is due at once. */
  void runDue() {
    pass(Duration.ZERO);
  }

  /** Lets time pass, and runs everything that is due on the way, in order. */
  void pass(Duration time) {
    long end = nanos + time.toNanos();
    while (true) {
      tasks.removeIf(FutureTask::isCancelled);
      Task<?> next = tasks.stream().min(Comparator.comparingLong(task -> task.at)).orElse(null);
      if (next == null || next.at > end) {
        break;
      }
      nanos = Math.max(nanos, next.at);
      tasks.remove(next);
      next.run();
    }
    nanos = end;
  }

  int planned() {
    tasks.removeIf(FutureTask::isCancelled);
    return tasks.size();
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return plan(
        new Task<>(
            () -> {
              command.run();
              return "done";
            },
            nanos + unit.toNanos(delay)));
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    return plan(new Task<>(callable, nanos + unit.toNanos(delay)));
  }

  private <V> Task<V> plan(Task<V> task) {
    tasks.add(task);
    return task;
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void execute(Runnable command) {
    command.run();
  }

  @Override
  public void shutdown() {
    tasks.clear();
  }

  @Override
  public List<Runnable> shutdownNow() {
    tasks.clear();
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }

  private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {
    private final long at;

    Task(Callable<V> callable, long at) {
      super(callable);
      this.at = at;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
