// A website generator that asks before it spends: POST /sites makes an HTML file out of a brief, for one token.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"sites/tokenguard"
)

var palettes = map[string]string{"ember": "#b3392f", "forest": "#2f6b3c", "ocean": "#1f5f8b", "plum": "#6b2f6b"}

type brief struct {
	Title    string
	Palette  string
	Sections []struct{ Heading, Text string }
}

type badBrief struct{ error }

type generator struct {
	folder     string
	perSection time.Duration // What a model would take to write one.
}

// build makes the site and gives back its file's name. Nothing is left behind when ctx ends.
func (g generator) build(ctx context.Context, b brief) (string, error) {
	color, known := palettes[b.Palette]
	if !known {
		return "", badBrief{fmt.Errorf("palette: '%s' (expected: ember, forest, ocean, plum)", b.Palette)}
	}
	title := html.EscapeString(b.Title)
	var page strings.Builder
	fmt.Fprintf(&page, "<!doctype html><meta charset=utf-8><title>%s</title><h1 style='color:%s'>%s</h1>", title, color, title)
	for _, section := range b.Sections {
		select {
		case <-time.After(g.perSection):
		case <-ctx.Done():
			return "", ctx.Err()
		}
		fmt.Fprintf(&page, "<h2>%s</h2><p>%s</p>", html.EscapeString(section.Heading), html.EscapeString(section.Text))
	}
	slug := strings.Trim(regexp.MustCompile("[^a-z0-9]+").ReplaceAllString(strings.ToLower(b.Title), "-"), "-")
	name := fmt.Sprintf("%.60s-%08x.html", slug, rand.Uint32())
	return name, errors.Join(os.MkdirAll(g.folder, 0o755),
		os.WriteFile(filepath.Join(g.folder, name), []byte(page.String()), 0o644))
}

func (g generator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var b brief
	err := json.NewDecoder(r.Body).Decode(&b)
	if err != nil || b.Title == "" {
		err = badBrief{errors.New("expected: {title, palette, sections: [{heading, text}]}")}
	}
	var name string
	if err == nil {
		name, err = g.build(r.Context(), b)
	}
	w.Header().Set("Content-Type", "application/json")
	switch {
	case err == nil:
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(map[string]any{"success": true, "site": name})
	case errors.As(err, new(badBrief)):
		w.WriteHeader(http.StatusUnprocessableEntity)
		_ = json.NewEncoder(w).Encode(map[string]any{"success": false, "error_code": "BAD_BRIEF", "message": err.Error()})
	default:
		log.Print(err)
		w.WriteHeader(http.StatusInternalServerError)
	}
}

func seconds(name, otherwise string) time.Duration {
	value, err := strconv.ParseFloat(cmp.Or(os.Getenv(name), otherwise), 64)
	if err != nil {
		log.Fatalf("%s: %v", name, err)
	}
	return time.Duration(value * float64(time.Second))
}

func main() {
	var token func() string
	if key := os.Getenv("TOKENGUARD_KEY"); key != "" {
		token = func() string { return key }
	}
	guard, err := tokenguard.New(cmp.Or(os.Getenv("TOKENGUARD_TARGET"), "127.0.0.1:7707"), token,
		grpc.WithTransportCredentials(insecure.NewCredentials())) // A sidecar's calls do not leave the pod.
	if err != nil {
		log.Fatal(err)
	}
	sites := generator{cmp.Or(os.Getenv("SITES"), "sites"), seconds("SECONDS_PER_SECTION", "0.5")}
	http.Handle("POST /sites", guard.Spends(tokenguard.Spending{
		Feature: "create_website",
		Account: func(r *http.Request) string { return r.Header.Get("X-Account") }, // Set by what signs your users in.
		TTL:     seconds("TOKENGUARD_TTL", "60"),
	}, sites))

	listener, err := net.Listen("tcp", "127.0.0.1:"+cmp.Or(os.Getenv("PORT"), "8080"))
	if err != nil {
		log.Fatal(err)
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second}
	stop, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	go func() {
		<-stop.Done()
		_ = server.Shutdown(context.Background())
	}()
	fmt.Printf("Sites are made at http://%s/sites\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
