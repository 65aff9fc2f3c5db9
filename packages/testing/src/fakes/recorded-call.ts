/** One request as it was sent: a redirect that was followed, or a second try after a 401, is another. */
export interface RecordedCall {
  /** The client, or tenant, whose token it carries; absent where nothing was attached. */
  readonly client?: string;
  /** In upper case. */
  readonly method: string;
  /** The whole address. */
  readonly url: string;
  /** By lower-case name. Of a call by `fetch` all of them; of others, such as Axios, those that were attached. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of a call by `fetch`, if it is a text or form parameters. */
  readonly body?: string;
  /** Of the answer; absent as long as there is none. */
  readonly status?: number;
}

/** Answers a call by `fetch`; undefined leaves it unanswered. */
export type RespondToCall = (call: RecordedCall) => Response | undefined | Promise<Response | undefined>;

/** A call of which more becomes known. */
export type CallOnItsWay = { -readonly [Member in keyof RecordedCall]: RecordedCall[Member] };

/** What was sent, in its order. */
export class CallLog {
  readonly calls: CallOnItsWay[] = [];

  begin(call: CallOnItsWay): CallOnItsWay {
    this.calls.push(call);
    return call;
  }

  clear(): void {
    this.calls.length = 0;
  }
}
