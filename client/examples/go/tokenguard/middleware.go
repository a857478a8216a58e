package tokenguard

import (
	"encoding/json"
	"errors"
	"log"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
	pb "sites/tokenguardv1"
)

// Spending says what a handler costs, and whom.
type Spending struct {
	Feature string                       // A feature of the catalog.
	Account func(r *http.Request) string // Who pays.
	TTL     time.Duration                // How long the hold outlives this process.
}

// Spends puts the guard before a handler. The work is charged when its answer says that it went well (below 400), and
// refunded when the answer says otherwise or the handler panics. When the client goes away, the request's context ends:
// work that heeds it fails and is refunded, work that goes on to its end is charged, for it was done.
func (g *Guard) Spends(spending Spending, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		account := spending.Account(r)
		if account == "" {
			refuse(w, http.StatusUnauthorized, refusal{Code: "UNAUTHENTICATED", Message: "The request does not say who pays."})
			return
		}
		language, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
		language, _, _ = strings.Cut(language, ";")
		reservation, err := g.Reserve(r.Context(), &pb.CheckAndReserveRequest{
			AccountId: account, Feature: spending.Feature, ReservationId: r.Header.Get("Idempotency-Key"),
			Ttl: durationpb.New(spending.TTL), Locale: strings.TrimSpace(language)})
		if err != nil {
			explain(w, err)
			return
		}
		defer reservation.Refund("failed") // A panic, or an answer that says so.
		answer := &answer{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(answer, r)
		if answer.status < 400 {
			reservation.Commit()
		}
	})
}

// answer remembers the status with which a handler answers.
type answer struct {
	http.ResponseWriter
	status  int
	written bool
}

func (a *answer) WriteHeader(status int) {
	if !a.written && status >= 200 {
		a.status, a.written = status, true
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(bytes []byte) (int, error) {
	a.written = true
	return a.ResponseWriter.Write(bytes)
}

// Unwrap lets http.ResponseController reach what is below.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

type refusal struct {
	Success   bool    `json:"success"`
	Code      string  `json:"error_code"`
	Remaining *int64  `json:"tokens_remaining"`
	Original  *int64  `json:"original_tokens"`
	Consumed  *int64  `json:"consumed_tokens"`
	ResetTime *string `json:"reset_time"`
	Message   string  `json:"message"`
}

// explain fails closed: what cannot be asked for does not run.
func explain(w http.ResponseWriter, err error) {
	var denied *Denied
	var duplicate *Duplicate
	switch code := status.Code(err); {
	case errors.As(err, &denied):
		deny(w, denied)
	case errors.As(err, &duplicate):
		state := strings.TrimPrefix(duplicate.State.String(), "RESERVATION_STATE_")
		refuse(w, http.StatusConflict, refusal{Code: "RESERVATION_" + state,
			Message: "The same request again: it was reserved before and is " + state + "."})
	case code == codes.Unavailable, code == codes.DeadlineExceeded, code == codes.Aborted, code == codes.ResourceExhausted:
		seconds := max(1, int(math.Ceil(RetryAfter(err).Seconds())))
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		refuse(w, http.StatusServiceUnavailable,
			refusal{Code: "TOKENGUARD_UNAVAILABLE", Message: "Nothing was done. Please try again soon."})
	case code == codes.InvalidArgument:
		refuse(w, http.StatusBadRequest,
			refusal{Code: "INVALID_ARGUMENT", Message: "The account or the Idempotency-Key is malformed."})
	case code == codes.AlreadyExists:
		refuse(w, http.StatusConflict,
			refusal{Code: "IDEMPOTENCY_MISMATCH", Message: "The Idempotency-Key was used for something else."})
	default:
		log.Print("TokenGuard: ", err)
		refuse(w, http.StatusInternalServerError, refusal{Code: "INTERNAL", Message: "Spending cannot be checked."})
	}
}

// deny answers 402 where tokens, or waiting for them, would help, and 403 where they would not.
func deny(w http.ResponseWriter, denied *Denied) {
	denial := denied.GetDenial()
	because := refusal{Code: strings.TrimPrefix(denial.Reason.String(), "DENIAL_REASON_"), Message: denial.Message}
	for _, balance := range denied.Balances {
		if denial.TokenType == "" || balance.TokenType == denial.TokenType {
			because.Remaining, because.Original, because.Consumed = &balance.Available, &balance.Granted, &balance.Consumed
			break
		}
	}
	if denial.TokenType != "" {
		because.Remaining = &denial.Available
	}
	if denial.ResetTime != nil {
		reset := denial.ResetTime.AsTime().Format(time.RFC3339)
		because.ResetTime = &reset
	}
	code := http.StatusForbidden
	if denial.Reason == pb.DenialReason_DENIAL_REASON_INSUFFICIENT_TOKENS ||
		denial.Reason == pb.DenialReason_DENIAL_REASON_MEMBER_LIMIT_REACHED {
		code = http.StatusPaymentRequired
	}
	refuse(w, code, because)
}

func refuse(w http.ResponseWriter, code int, because refusal) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(because)
}
