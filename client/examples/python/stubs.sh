#!/bin/sh
# Makes tokenguard/v1, the stubs of the contract. The contract is in ../../../proto, or in the folder that is named.
set -eu
cd "$(dirname "$0")"
proto=${1:-../../../proto}
.venv/bin/python -m grpc_tools.protoc -I "$proto" --python_out=. --pyi_out=. --grpc_python_out=. \
  "$proto"/tokenguard/v1/token_guard_service.proto "$proto"/tokenguard/v1/balance.proto \
  "$proto"/tokenguard/v1/denial.proto "$proto"/tokenguard/v1/reservation.proto
