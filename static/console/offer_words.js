// What an offer is or was, in words: a caller's, a callback, a colleague's question, one's own call.

import { phoneNumber } from "./numbers.js";

const NEXT = "then it goes to the next agent";

/** {title, badge, icon, asks, queue, to, hint, then, said} of this offer. */
export function offerWords(offer) {
  const words = (WORDS[offer.kind] ?? WORDS.call)(offer, phoneNumber(offer.number || offer.from));
  return { said: words.asks, ...words };
}

/** What was missed, and how long it rang: to stand within a sentence. */
export function missedWords(missed) {
  const words = MISSED[missed.kind] ?? MISSED.call;
  const what = words(missed, phoneNumber(missed.number || missed.from));
  return `${what} rang here for ${missed.rang_seconds} s without an answer`;
}

const fromQueue = (queue) => (queue ? ` from ${queue}` : "");
const inQueue = (queue) => (queue ? ` in ${queue}` : "");

const MISSED = {
  call: ({ queue }, number) => `a call from ${number}${inQueue(queue)}`,
  callback: ({ queue }, number) => `a callback to ${number}${inQueue(queue)}`,
  consult: ({ by, queue }) =>
    `${by ?? "a colleague"} asked you about a customer${fromQueue(queue)}, and it`,
  conference: ({ by, queue }) =>
    `${by ?? "a colleague"} wanted you in a call${fromQueue(queue)}, and it`,
  outgoing: ({ by, number }) =>
    by ? `${by} called you, and it` : `your own call${number ? ` to ${phoneNumber(number)}` : ""}`,
};

const WORDS = {
  call: (offer, number) => ({
    ...plain(offer, number),
    badge: "Call offered",
    icon: "phone-in",
    said: `Call from ${phoneNumber(offer.from)}`,
  }),
  callback: (offer, number) => ({
    ...plain(offer, number),
    badge: "Callback offered",
    icon: "callback",
    hint: "They asked to be called; you will hear it ring.",
    said: `Callback to ${number}`,
  }),
  consult: ({ by, queue }, number) => ({
    ...asked(by, number),
    badge: "Consultation",
    asks: `${by ?? "A colleague"} asks you about a customer${fromQueue(queue)}`,
    hint: `The customer, ${number}, waits with music meanwhile.`,
  }),
  conference: ({ by, queue }, number) => ({
    ...asked(by, number),
    badge: "Conference",
    asks: `${by ?? "A colleague"} wants you in a call${fromQueue(queue)}`,
    hint: `The customer, ${number}, hears you at once.`,
  }),
  outgoing: ({ by, to, number, from }, known) => {
    const called = number || to ? phoneNumber(number || to) : known;
    return {
      title: by ?? called,
      badge: by ? "Colleague calls" : "Your own call",
      icon: by ? "phone-in" : "phone-out",
      asks: by ? `${by} calls you` : "",
      queue: "",
      to: "",
      hint: by
        ? ""
        : `Accept, and ${called} is called${from && from !== to ? ` from ${phoneNumber(from)}` : ""}.`,
      then: by ? `then ${by} is told` : "then nobody is called",
      said: by ? `${by} calls you` : `Your call to ${called}`,
    };
  },
};

const plain = ({ queue, to }, title) => ({
  title,
  asks: "",
  queue: queue ?? "you",
  to: to ? phoneNumber(to) : "",
  hint: "",
  then: NEXT,
});

const asked = (by, number) => ({
  title: by ?? number,
  icon: "conference",
  queue: "",
  to: "",
  then: `then ${by ?? "your colleague"} is told`,
});
