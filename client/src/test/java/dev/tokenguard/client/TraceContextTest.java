package dev.tokenguard.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes with every call: which client it is, and the trace of the service that calls. */
class TraceContextTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final Metadata.Key<String> PARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> STATE =
      Metadata.Key.of("tracestate", Metadata.ASCII_STRING_MARSHALLER);

  private final TestTime time = new TestTime();
  private final FakeTokenGuard fake = new FakeTokenGuard();
  private final List<Metadata> heard = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // Set before each.
  private Server server;

  @SuppressWarnings("NullAway.Init") // Set before each.
  private String name;

  @BeforeEach
  void start() throws Exception {
    name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(
                ServerInterceptors.intercept(
                    fake,
                    new ServerInterceptor() {
                      @Override
                      public <Q, A> ServerCall.Listener<Q> interceptCall(
                          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                        heard.add(headers);
                        return next.startCall(call, headers);
                      }
                    }))
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  private TokenGuardClient client(ClientInterceptor... interceptors) {
    return TokenGuardClient.builder(
            InProcessChannelBuilder.forName(name).directExecutor().intercept(interceptors).build())
        .timing(time.timing())
        .build();
  }

  private static Span span(String id) {
    return Span.wrap(
        SpanContext.create(
            TRACE, id, TraceFlags.getSampled(), TraceState.builder().put("vendor", "1").build()));
  }

  @Test
  void tellsWhichClientItIs() {
    try (TokenGuardClient client = client()) {
      client.balance(BalanceRequest.of("ann"));
      String told = String.valueOf(heard.get(0).get(ClientHeaders.CLIENT));
      assertTrue(told.matches("tokenguard-java/\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"), told);
      assertEquals(null, heard.get(0).get(PARENT), "nobody traces");
    }
  }

  @Test
  void goesOnWithTheTraceOfTheService() {
    try (TokenGuardClient client = client();
        Scope ignored = span("b7ad6b7169203331").makeCurrent()) {
      client.balance(BalanceRequest.of("ann"));
      assertEquals("00-" + TRACE + "-b7ad6b7169203331-01", heard.get(0).get(PARENT));
      assertEquals("vendor=1", heard.get(0).get(STATE));
    }
  }

  /** The later attempts run on a thread that knows of no span. */
  @Test
  void anAttemptThatFollowsIsOfTheSameTrace() {
    fake.next(FakeTokenGuard.Fate.ANSWER_LOST);
    try (TokenGuardClient client = client()) {
      CompletableFuture<?> balance;
      try (Scope ignored = span("b7ad6b7169203331").makeCurrent()) {
        balance = client.balanceAsync(BalanceRequest.of("ann"));
      }
      time.pass(Duration.ofSeconds(2));
      assertTrue(balance.isDone() && !balance.isCompletedExceptionally());
      assertEquals(2, heard.size());
      assertEquals("00-" + TRACE + "-b7ad6b7169203331-01", heard.get(1).get(PARENT));
    }
  }

  /** As opentelemetry-grpc does it: a span between the service's and the server's. */
  @Test
  void theSpanOfAnInstrumentedChannelIsTheNearer() {
    ClientInterceptor instrumented =
        new ClientInterceptor() {
          @Override
          public <Q, A> ClientCall<Q, A> interceptCall(
              MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
              @Override
              public void start(Listener<A> listener, Metadata headers) {
                headers.put(PARENT, "00-" + TRACE + "-00f067aa0ba902b7-01");
                super.start(listener, headers);
              }
            };
          }
        };
    try (TokenGuardClient client = client(instrumented);
        Scope ignored = span("b7ad6b7169203331").makeCurrent()) {
      client.balance(BalanceRequest.of("ann"));
      assertEquals("00-" + TRACE + "-00f067aa0ba902b7-01", heard.get(0).get(PARENT));
    }
  }
}
