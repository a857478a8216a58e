package main

//go:generate buf generate ../../../proto --path ../../../proto/tokenguard/v1/token_guard_service.proto --path ../../../proto/tokenguard/v1/balance.proto --path ../../../proto/tokenguard/v1/denial.proto --path ../../../proto/tokenguard/v1/reservation.proto
