// Package tokenguard holds tokens before the work, charges them when it is done and returns them if it fails.
//
//	reservation, err := guard.Reserve(ctx, &pb.CheckAndReserveRequest{AccountId: "ann", Feature: "create_website"})
//	defer reservation.Refund("failed") // Does nothing after reservation.Commit(), which the work ends with.
package tokenguard

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"sync"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	pb "sites/tokenguardv1"
)

const deadline, attemptTimeout, settleFor = 3 * time.Second, time.Second, 10 * time.Minute // The last: in background.

type method[Q, A any] func(context.Context, Q, ...grpc.CallOption) (A, error)

// Denied is an outcome, not a fault: the account may not spend.
type Denied struct{ *pb.CheckAndReserveResponse }

func (d *Denied) Error() string { return d.GetDenial().GetMessage() }

// Duplicate says that the id belongs to work that runs or ran already, as after a double click: do not run it again.
type Duplicate struct{ *pb.Reservation }

func (d *Duplicate) Error() string {
	return d.ReservationId + " was reserved before: " + d.State.String()
}

// Guard is safe for concurrent use; make one for the life of a service.
type Guard struct {
	Client   pb.TokenGuardServiceClient
	Token    func() string  // Asked at every call, if there is one.
	Settling sync.WaitGroup // Commits and refunds under way, to wait for at the end.
}

// New makes a guard. The options say how the connection is secured.
func New(target string, token func() string, options ...grpc.DialOption) (*Guard, error) {
	// Left alone, gRPC waits up to two minutes before it connects again: too long after the restart of a sidecar.
	quick := backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second}
	connect := grpc.WithConnectParams(grpc.ConnectParams{Backoff: quick, MinConnectTimeout: time.Second})
	conn, err := grpc.NewClient(target, append(options, connect)...)
	return &Guard{Client: pb.NewTokenGuardServiceClient(conn), Token: token}, err
}

// call makes a call within a budget of time, the same again while nobody knows what came of it.
func call[Q, A any](ctx context.Context, g *Guard, m method[Q, A], q Q, budget time.Duration) (a A, n int, err error) {
	for n, end := 1, time.Now().Add(budget); ; n++ {
		attempt, done := context.WithTimeout(ctx, min(attemptTimeout, time.Until(end)))
		if g.Token != nil {
			attempt = metadata.AppendToOutgoingContext(attempt, "authorization", "Bearer "+g.Token())
		}
		a, err = m(attempt, q)
		done()
		wait, code := min(time.Second, 50*time.Millisecond<<min(n, 9)), status.Code(err)
		wait = max(wait/2+rand.N(wait/2), RetryAfter(err))
		again := code == codes.Unavailable || code == codes.DeadlineExceeded || code == codes.Aborted
		if !again || ctx.Err() != nil || time.Until(end) < wait {
			return a, n, err
		}
		time.Sleep(wait)
	}
}

// settle commits or refunds, and waits for it no longer than a call may take.
func settle[Q, A any](g *Guard, m method[Q, A], q Q) {
	waiting, done := context.WithTimeout(context.Background(), deadline)
	g.Settling.Add(1)
	go func() {
		defer g.Settling.Done()
		defer done()
		if _, _, err := call(context.Background(), g, m, q, settleFor); err != nil {
			log.Printf("not done: %T {%v}: %v", q, q, err)
		}
	}()
	<-waiting.Done()
}

// Reservation is tokens held for work that runs. The first of Commit and Refund wins.
type Reservation struct {
	*pb.Reservation
	Actual *pb.TokenAmounts // What Commit charges, if not what was held.
	guard  *Guard
	settle func(how func()) // Once.
}

// Reserve holds what the feature costs until it is settled or ctx ends. The same work has the same id, if it has one.
func (g *Guard) Reserve(ctx context.Context, q *pb.CheckAndReserveRequest) (*Reservation, error) {
	given := q.ReservationId != ""
	q.ReservationId = cmp.Or(q.ReservationId, fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64()))
	// Not cut off when ctx ends: what comes to be held must be known, to be returned.
	answer, attempts, err := call(context.WithoutCancel(ctx), g, g.Client.CheckAndReserve, q, deadline)
	held := answer.GetReservation()
	switch {
	case err != nil && !given: // It may be held all the same. Who gave an id may try again with it.
		go settle(g, g.Client.Refund, &pb.RefundRequest{AccountId: q.AccountId, ReservationId: q.ReservationId})
		fallthrough
	case err != nil:
		return nil, err
	case held == nil:
		return nil, &Denied{answer}
	case held.State != pb.ReservationState_RESERVATION_STATE_OPEN, answer.Replayed && given && attempts == 1:
		return nil, &Duplicate{held} // Another replay is an answer to ourselves.
	}
	ctx, stop := context.WithCancel(ctx)
	go func() {
		extend := &pb.ExtendRequest{AccountId: q.AccountId, ReservationId: q.ReservationId, Ttl: q.Ttl}
		for range time.Tick(held.ExpireTime.AsTime().Sub(held.CreateTime.AsTime()) / 3) {
			if _, _, _ = call(ctx, g, g.Client.Extend, extend, deadline); ctx.Err() != nil {
				return
			}
		}
	}()
	var once sync.Once
	return &Reservation{held, nil, g, func(how func()) { once.Do(func() { stop(); how() }) }}, nil
}

// Commit charges. Is waited for no longer than a call may take: then it goes on in the background.
func (r *Reservation) Commit() {
	q := &pb.CommitRequest{AccountId: r.AccountId, ReservationId: r.ReservationId, Actual: r.Actual}
	r.settle(func() { settle(r.guard, r.guard.Client.Commit, q) })
}

// Refund returns what is held; otherwise as Commit.
func (r *Reservation) Refund(reason string) {
	q := &pb.RefundRequest{AccountId: r.AccountId, ReservationId: r.ReservationId, Reason: reason}
	r.settle(func() { settle(r.guard, r.guard.Client.Refund, q) })
}

// RetryAfter is how long TokenGuard asks to wait; 0 if it does not say.
func RetryAfter(err error) time.Duration {
	for _, detail := range status.Convert(err).Details() {
		if info, ok := detail.(*errdetails.RetryInfo); ok {
			return info.RetryDelay.AsDuration()
		}
	}
	return 0
}
