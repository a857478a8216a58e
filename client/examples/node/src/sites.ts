/** A website generator that asks before it spends: POST /sites makes an HTML file out of a brief, for one token. */
import {randomBytes} from "node:crypto";
import {mkdir, writeFile} from "node:fs/promises";
import type {AddressInfo} from "node:net";
import {join} from "node:path";
import {setTimeout as sleep} from "node:timers/promises";
import express, {type ErrorRequestHandler} from "express";
import {spends} from "./middleware";
import {TokenGuard} from "./tokenguard";

const PALETTES: Record<string, string> = {ember: "#b3392f", forest: "#2f6b3c", ocean: "#1f5f8b", plum: "#6b2f6b"};
const SITES = process.env.SITES ?? "sites";
const MS_PER_SECTION = Number(process.env.SECONDS_PER_SECTION ?? 0.5) * 1000;  // What a model would take to write one.

interface Brief { title: string; palette: string; sections: {heading: string; text: string}[] }

class BadBrief extends Error {}

function read(body: any): Brief {
  const isSection = (each: any) => typeof each?.heading === "string" && typeof each?.text === "string";
  if (typeof body?.title !== "string") throw new BadBrief("title: missing (expected: a text)");
  if (!PALETTES[body.palette]) {
    throw new BadBrief(`palette: '${body.palette}' (expected: ${Object.keys(PALETTES).join(", ")})`);
  }
  if (!Array.isArray(body.sections) || !body.sections.every(isSection)) {
    throw new BadBrief("sections: expected a list of {heading, text}");
  }
  return body;
}

const escape = (text: string) => text.replace(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);

/** Makes the site and gives back its file's name. Nothing is left behind when it is told to stop. */
async function build(brief: Brief, signal: AbortSignal): Promise<string> {
  const title = escape(brief.title);
  let page = `<!doctype html><meta charset=utf-8><title>${title}</title>`
    + `<h1 style='color:${PALETTES[brief.palette]}'>${title}</h1>`;
  for (const section of brief.sections) {
    await sleep(MS_PER_SECTION, undefined, {signal});
    page += `<h2>${escape(section.heading)}</h2><p>${escape(section.text)}</p>`;
  }
  signal.throwIfAborted();
  const slug = brief.title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60);
  const name = `${slug}-${randomBytes(4).toString("hex")}.html`;
  await mkdir(SITES, {recursive: true});
  await writeFile(join(SITES, name), page);
  return name;
}

const key = process.env.TOKENGUARD_KEY;
const guard = new TokenGuard(process.env.TOKENGUARD_TARGET ?? "127.0.0.1:7707", {token: key ? () => key : undefined});
const spending = {
  feature: "create_website",
  account: (req: express.Request) => req.get("x-account"),  // Set by what signs your users in, never by them.
  ttl: Number(process.env.TOKENGUARD_TTL ?? 60),
};

const app = express();
app.post("/sites", express.json(), spends(guard, spending), async (req, res) => {
  const site = await build(read(req.body), res.locals.signal);
  res.status(201).json({success: true, site});
});
app.use(((problem, req, res, next) => {
  if (!(problem instanceof BadBrief)) return next(problem);
  res.status(422).json({success: false, error_code: "BAD_BRIEF", message: problem.message});
}) as ErrorRequestHandler);

const server = app.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => {
  console.log(`Sites are made at http://127.0.0.1:${(server.address() as AddressInfo).port}/sites`);
});
process.once("SIGTERM", () => server.close(() => void guard.close()));
