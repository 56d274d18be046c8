/**
 * Why something passes or is held; `index.d.ts` exports all of it.
 *
 * @packageDocumentation
 */

/** Why an address passes or is held. */
export interface Explanation {
  /** Whether it passes now. */
  allowed: boolean;
  /** The rule that decides; see {@link Rule}. */
  rule: Rule;
  /** The purpose that would have to be granted; empty if it passes, or if no grant would let it. */
  purpose: string;
  /** The vendor of the policy, or the service of the catalogue; empty if nobody knows it. */
  vendor: string;
  /** What would have to be granted for it to pass: all missing purposes, and the vendor if it was refused. Empty if it passes, or if no grant would let it. */
  needs: string[];
}

/**
 * The rules, by which of them decides.
 *
 * These pass:
 * - `local`: no request to a host (`data:`, `blob:` and the like).
 * - `first_party`: the page's own host, or one of `firstParty`.
 * - `essential`: listed under `essential`.
 * - `essential_candidate`: the catalogue knows it as payment, security or delivery.
 * - `granted`: its vendor may work.
 * - `unlisted`: a third party that nobody listed, under `"unlisted": "report"`. The console names it once.
 *
 * This passes or is held:
 * - `tagged`: an element without an address, by its `data-assent`.
 *
 * These are held:
 * - `purpose_not_granted`: a purpose of its vendor is not granted.
 * - `vendor_refused`: its purposes are granted, and the person refused this vendor.
 * - `undeclared_tracker`: the catalogue knows it as a tracker, and the policy does not list it, so nobody was asked.
 *   No grant releases it. The console names it once.
 * - `unlisted_held`: a third party that nobody listed, under `"unlisted": "hold"`.
 * - `unreadable`: an address whose host cannot be made out.
 * - `pending`: there is no policy, so there is nothing to explain. Meanwhile the page's own host passes and, with a faulty
 *   policy, what that calls essential.
 */
export type Rule =
  | 'tagged'
  | 'local'
  | 'first_party'
  | 'essential'
  | 'essential_candidate'
  | 'granted'
  | 'unlisted'
  | 'purpose_not_granted'
  | 'vendor_refused'
  | 'undeclared_tracker'
  | 'unlisted_held'
  | 'unreadable'
  | 'pending';

/** The elements that are held, by their names. */
export type HeldElement =
  | 'script' | 'img' | 'iframe' | 'source' | 'video' | 'audio' | 'track' | 'embed' | 'object' | 'input' | 'link' | 'a' | 'body'
  | 'table' | 'td' | 'image' | 'use' | 'feImage';

/** The calls and other ways that are held, besides elements. */
export type HeldCall =
  | 'fetch' | 'xhr' | 'beacon' | 'WebSocket' | 'EventSource' | 'WebTransport' | 'Worker' | 'SharedWorker' | 'style' | 'open'
  | 'form' | 'navigation' | 'webrtc' | 'worklet';

/** What is known of something that was held, at the moment when it was. */
export interface HeldFacts {
  /** What asked: an element by its name, or a call. */
  kind: HeldElement | HeldCall;
  /** The address as the page wrote it; of several, the first that was held. */
  url: string;
  /** The built-in by which it came (`setAttribute`, `innerHTML`, `fetch`, `src`), or `parser` for what stands in the markup. */
  through: string;
  /** When, as `performance.now()` tells it. */
  time: DOMHighResTimeStamp;
  /** When, as `Date.now()` tells it. */
  at: number;
}

/** Something was held. */
export interface Held extends Explanation, HeldFacts {}

/** What was held on a page. */
export interface Report {
  /** When it was made, as `Date.now()` tells it. */
  at: number;
  /** How many things were held. */
  total: number;
  /** By host and reason; the most frequent first. Tags that are parked with `data-assent` are among them. */
  held: ReportRow[];
  /** The same as a text, a line each. */
  text: string;
}

/** What was held of one host, for one reason. */
export interface ReportRow extends Explanation {
  /** The host; `this page` for a parked script without an address. */
  host: string;
  count: number;
  /** How often by kind, and by the built-in through which it came (`markup` for parked tags). */
  kinds: Record<string, number>;
  through: Record<string, number>;
  /** The first and the last time, as `Date.now()` tells it. */
  first: number;
  last: number;
  /** Up to five of the addresses. */
  urls: string[];
  /** Why it is held, and what would release it, as sentences. */
  why: string;
  release: string;
}
