package dev.tokenguard.client;

import io.grpc.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Time that stands still until a test moves it, and runs on the test's thread what comes due. */
final class TestTime {

  final Deadline.Ticker ticker =
      new Deadline.Ticker() {
        @Override
        public long nanoTime() {
          return now();
        }
      };

  private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>();
  private long nowNanos = 1_000_000_000_000L;
  private long sequence;

  /** Without chance: every wait is three quarters of its full length. */
  Timing timing() {
    return new Timing(scheduler(), ticker, () -> 0.5);
  }

  /** A scheduler of its own to shut down, on this time. */
  ScheduledExecutorService scheduler() {
    return new Scheduler();
  }

  private synchronized long now() {
    return nowNanos;
  }

  /** Moves time on, and stops at each task on the way. */
  void pass(Duration duration) {
    long end = now() + duration.toNanos();
    while (true) {
      Task<?> due;
      synchronized (this) {
        tasks.removeIf(Task::isCancelled);
        due = tasks.peek();
        if (due == null || due.atNanos > end) {
          nowNanos = end;
          return;
        }
        tasks.remove();
        nowNanos = Math.max(nowNanos, due.atNanos);
      }
      due.run();
    }
  }

  /** Tasks that wait for their time. */
  synchronized int waiting() {
    tasks.removeIf(Task::isCancelled);
    return tasks.size();
  }

  private final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
    private final Scheduler scheduler;
    private final long atNanos;
    private final long order;

    Task(Scheduler scheduler, Callable<V> callable, long delayNanos) {
      super(callable);
      this.scheduler = scheduler;
      atNanos = nowNanos + Math.max(0, delayNanos);
      order = sequence++;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(atNanos - now(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      Task<?> task = (Task<?>) other;
      int byTime = Long.compare(atNanos, task.atNanos);
      return byTime != 0 ? byTime : Long.compare(order, task.order);
    }

    @Override
    public boolean isPeriodic() {
      return false;
    }
  }

  private final class Scheduler extends AbstractExecutorService
      implements ScheduledExecutorService {
    private boolean shutdown;

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
      synchronized (TestTime.this) {
        if (shutdown) {
          throw new RejectedExecutionException();
        }
        Task<V> task = new Task<>(this, callable, unit.toNanos(delay));
        tasks.add(task);
        return task;
      }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
      return schedule(
          () -> {
            command.run();
            return true;
          },
          delay,
          unit);
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
      shutdownNow();
    }

    @Override
    public List<Runnable> shutdownNow() {
      synchronized (TestTime.this) {
        shutdown = true;
        List<Runnable> dropped =
            tasks.stream().filter(task -> task.scheduler == this).<Runnable>map(t -> t).toList();
        tasks.removeAll(dropped);
        return dropped;
      }
    }

    @Override
    public boolean isShutdown() {
      synchronized (TestTime.this) {
        return shutdown;
      }
    }

    @Override
    public boolean isTerminated() {
      return isShutdown();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return isShutdown();
    }
  }
}
