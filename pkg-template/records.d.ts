/**
 * What a person has of their records; `index.d.ts` exports all of it.
 *
 * @packageDocumentation
 */

import type { Assent, How, UserEvent } from './index.js';

/**
 * A person's records, and what they may do about them. There is no account: a secret on this device is the key.
 *
 * Taking back consent is {@link Assent.withdraw}, which is recorded like any other answer.
 */
export interface Records {
  /** The newest receipt on this device, as the archive gave it out, or `null`. */
  receipt(): Promise<Receipt | null>;
  /** All records, the newest first, each held against its proof. Without the archive: those whose receipts are here. */
  history(): Promise<History>;
  /**
   * Checks everything: each record's commitment, its proof of inclusion, the signatures, and that the log is the one that
   * this device saw before, grown. What does not hold is also told by the event `record` and on the console.
   */
  verify(): Promise<Verification>;
  /** Everything as one text to take along, a JSON object a line; `assent verify` checks it without the archive. */
  export(): Promise<string>;
  /**
   * Erases the person's records in the archive, and what this device remembers of them. The choice stays in force.
   *
   * @param event The user event that asked for it; see {@link UserEvent}. Without it nothing is erased.
   * @returns `null` if nothing was erased, because no event was given or the archive did not answer.
   */
  erase(event: UserEvent): Promise<{ id: string; dueAt: string } | null>;
  /** What is still to be sent, and what can never be, with the reason: for those who build the page. */
  pending(): Promise<Pending>;
}

/** A record with everything that proves it; `docs/record-format.md` describes its parts. */
export interface Receipt {
  id: string;
  /** The log it stands in, and where. */
  log: string;
  index: number;
  received_at: string;
  /** The record in its canonical form. */
  record: string;
  salt: string;
  /** The archive's promise: a compact JWS. */
  receipt: string;
  /** A C2SP tlog-proof. */
  proof: string;
}

/** A record in a history. Besides what proves it, members are missing if the record cannot be read. */
export interface RecordEntry {
  id: string;
  log: string;
  index: number;
  /** Whether it holds; `null` where that cannot be told: no answer, or a browser or page without Ed25519. */
  verified: boolean | null;
  /** Why it does not hold, or could not be checked, in a word; empty if it holds. */
  fault: string;
  /** When it was given by the device's clock, and when it arrived by the archive's. */
  givenAt?: string;
  receivedAt?: string;
  action?: 'accept' | 'refuse' | 'custom' | 'withdraw';
  how?: How;
  purposes?: Record<string, boolean>;
  vendors?: Record<string, boolean>;
  language?: string;
  region?: string;
  /** The digest of the policy that was shown. */
  policy?: string;
}

/** A history. */
export interface History extends Pending {
  records: RecordEntry[];
  /** Whether the archive answered, so that these are all of them. */
  complete: boolean;
  /** The logs, by their origins, that are not what this device saw of them before, grown: replaced, or cut short. */
  forked: string[];
}

/** What is not in the archive. */
export interface Pending {
  /** How many choices are still to be sent. */
  waiting: number;
  /** Those that can never be: the archive's answer, and the line that was to be sent. */
  parked: { id: string; reason: string; time: number; line: string }[];
}

/** What a check found. */
export interface Verification {
  /** `null` if nothing is wrong but not everything could be checked. */
  verified: boolean | null;
  records: number;
  faults: { id: string; fault: string }[];
}

/** Something happened to a record. */
export interface RecordEvent {
  /**
   * - `recorded`: the archive has a choice, and this device the receipt.
   * - `parked`: a choice can never be recorded; `reason` says what the archive answered.
   * - `erased`: the person's records are gone.
   * - `unproved`: a receipt does not hold.
   * - `forked`: a log is not the one that was seen before, grown; `reason` names it.
   */
  kind: 'recorded' | 'parked' | 'erased' | 'unproved' | 'forked';
  id: string;
  reason: string;
  /** For `recorded`: whether the receipt holds. */
  verified?: boolean | null;
}
