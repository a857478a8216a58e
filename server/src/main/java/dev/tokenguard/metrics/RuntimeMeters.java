package dev.tokenguard.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import org.jspecify.annotations.Nullable;

/**
 * What the JVM and the machine have to tell, by Micrometer's own names. Binding them starts JMX,
 * which takes longer than the rest of the metrics together: it is done when the server serves.
 */
final class RuntimeMeters implements AutoCloseable {

  private final MeterRegistry registry;
  private @Nullable JvmGcMetrics gc;

  RuntimeMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Binds once; calling it again does nothing. */
  synchronized void bind() {
    if (gc == null) {
      gc = new JvmGcMetrics();
      gc.bindTo(registry);
      new JvmMemoryMetrics().bindTo(registry);
      new JvmThreadMetrics().bindTo(registry);
      new ClassLoaderMetrics().bindTo(registry);
      new ProcessorMetrics().bindTo(registry);
      new UptimeMetrics().bindTo(registry);
      new FileDescriptorMetrics().bindTo(registry);
    }
  }

  @Override
  public synchronized void close() {
    if (gc != null) {
      gc.close();
    }
  }
}
