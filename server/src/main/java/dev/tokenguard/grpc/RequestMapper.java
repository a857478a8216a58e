package dev.tokenguard.grpc;

import dev.tokenguard.service.GuardRequest;
import dev.tokenguard.v1.CheckAndReserveRequest;
import dev.tokenguard.v1.CheckRequest;
import dev.tokenguard.v1.CommitRequest;
import dev.tokenguard.v1.ConsumeRequest;
import dev.tokenguard.v1.ExtendRequest;
import dev.tokenguard.v1.GetBalanceRequest;
import dev.tokenguard.v1.RefundRequest;
import dev.tokenguard.v1.WatchBalanceRequest;

/** From protos to what the service asks; checks nothing. */
final class RequestMapper {

  private RequestMapper() {}

  static GuardRequest.Reserve reserve(CheckAndReserveRequest request) {
    return new GuardRequest.Reserve(
        request.getAccountId(),
        request.getMemberId(),
        request.getFeature(),
        request.getReservationId(),
        request.getAmountsMap(),
        request.hasTtl() ? Times.duration(request.getTtl()) : null,
        request.getMetadataMap());
  }

  static GuardRequest.Reserve consume(ConsumeRequest request) {
    return new GuardRequest.Reserve(
        request.getAccountId(),
        request.getMemberId(),
        request.getFeature(),
        request.getReservationId(),
        request.getAmountsMap(),
        null,
        request.getMetadataMap());
  }

  static GuardRequest.Check check(CheckRequest request) {
    return new GuardRequest.Check(
        request.getAccountId(),
        request.getMemberId(),
        request.getFeature(),
        request.getAmountsMap());
  }

  static GuardRequest.Commit commit(CommitRequest request) {
    return new GuardRequest.Commit(
        request.getAccountId(),
        request.getReservationId(),
        request.hasActual() ? request.getActual().getAmountsMap() : null,
        request.getMetadataMap());
  }

  static GuardRequest.Refund refund(RefundRequest request) {
    return new GuardRequest.Refund(
        request.getAccountId(), request.getReservationId(), request.getReason());
  }

  static GuardRequest.Extend extend(ExtendRequest request) {
    return new GuardRequest.Extend(
        request.getAccountId(),
        request.getReservationId(),
        request.hasTtl() ? Times.duration(request.getTtl()) : null,
        request.getAmountsMap());
  }

  static GuardRequest.Balance balance(GetBalanceRequest request) {
    return new GuardRequest.Balance(
        request.getAccountId(), request.getMemberId(), request.getTokenTypesList());
  }

  static GuardRequest.Balance balance(WatchBalanceRequest request) {
    return new GuardRequest.Balance(
        request.getAccountId(), request.getMemberId(), request.getTokenTypesList());
  }
}
