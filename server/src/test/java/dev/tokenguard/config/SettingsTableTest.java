package dev.tokenguard.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SettingsTableTest {
  /**
   * Names and defaults are a promise to those who run TokenGuard: a change here breaks somebody.
   */
  @Test
  void namesAndDefaults() {
    assertEquals(
        """
        grpc.listen=127.0.0.1:7707
        grpc.unix_socket=
        grpc.unix_socket_access=owner
        grpc.max_message_bytes=1048576
        grpc.max_metadata_bytes=8192
        grpc.max_in_flight=1024
        grpc.reflection=false
        grpc.drain=10s
        grpc.stop_delay=0s
        grpc.threads=0
        grpc.tls=true
        grpc.client_auth=none
        grpc.max_connections=1024
        grpc.max_concurrent_streams=2048
        grpc.handshake_timeout=10s
        grpc.receive_timeout=10s
        grpc.max_connection_idle=15m
        grpc.max_connection_age=0s
        grpc.allow_plaintext=false
        http.listen=127.0.0.1:7780
        http.tls=true
        http.client_auth=none
        http.max_connections=256
        http.max_header_bytes=8192
        http.receive_timeout=10s
        http.cors_origins=
        tls.certificate=
        tls.key=
        tls.client_ca=
        tls.reload_interval=10s
        http.allow_plaintext=false
        http.open_metrics=false
        auth.credentials_file=
        auth.reload_interval=5s
        auth.local_guard=true
        auth.anonymous_guard=false
        auth.failed_logins=30
        auth.max_in_flight=0
        auth.calls_per_second=0
        auth.max_streams=0
        auth.display_token_ttl=15m
        auth.display_token_max_ttl=1h
        auth.jwks=
        auth.jwks_ca=
        auth.jwt_issuer=
        auth.jwt_audience=
        auth.jwt_algorithms=RS256,ES256
        auth.jwt_leeway=30s
        auth.jwt_role_claim=tokenguard_role
        auth.jwt_accounts_claim=tokenguard_accounts
        auth.jwt_namespace_claim=tokenguard_namespace
        redis.uri=
        redis.namespace=tg
        redis.tenant_namespaces=
        redis.connect_timeout=2s
        redis.command_timeout=2s
        redis.durability=async
        redis.durability_timeout=500ms
        redis.allow_eviction=false
        redis.verify_config=true
        redis.username_file=
        redis.password_file=
        redis.sentinel_password_file=
        redis.tls_ca=
        redis.tls_certificate=
        redis.tls_key=
        redis.tls_verify_host=true
        embedded.data_dir=tokenguard-data
        embedded.redis_server=
        embedded.appendfsync=everysec
        embedded.port=0
        reservations.default_ttl=10m
        reservations.max_ttl=24h
        reservations.memory=24h
        reservations.max_open=10000
        limits.max_amount=9007199254740991
        limits.ledger_entries=10000
        limits.ledger_age=400d
        limits.members=10000
        limits.grants=100
        limits.request_memory=7d
        limits.usage_days=400
        limits.recent_denials=20
        admin_events.max_changes=50000
        admin_events.max_attempts=5000
        admin_events.max_age=400d
        sweep.enabled=true
        sweep.accounts_per_second=3000
        sweep.pause=10s
        watch.interval=500ms
        watch.max_streams=1000
        log.format=human
        log.level=info
        catalog.file=
        catalog.reload_interval=5s
        tracing.otlp_endpoint=
        tracing.sampling_ratio=1
        tracing.service_name=tokenguard
        tracing.account_ids=false
        """,
        SettingsTable.byKey().values().stream()
            .map(each -> each.key() + "=" + each.defaultText() + "\n")
            .collect(Collectors.joining()));
  }

  @Test
  void theVariableFollowsFromTheName() {
    assertEquals("TOKENGUARD_GRPC_MAX_IN_FLIGHT", SettingsTable.GRPC_MAX_IN_FLIGHT.variable());
  }

  @Test
  void theDocumentationHasARowForEverySetting() {
    List<String> rows = SettingsTable.markdown().lines().toList();

    assertEquals(SettingsTable.byKey().size() + 2, rows.size());
    assertTrue(rows.stream().allMatch(row -> row.chars().filter(each -> each == '|').count() == 4));
    assertEquals(
        "| `watch.interval` | `500ms` | How often a watched account is looked at"
            + " (50ms to 1m) |",
        rows.stream().filter(row -> row.startsWith("| `watch.interval`")).findFirst().orElse(""));
    assertFalse(SettingsTable.markdown().contains("``"));
  }
}
