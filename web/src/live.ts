/** Names of what changed come over one connection; the pieces of the page that show them ask the server again. */
import htmx from "htmx.org";
import { say, toast, word } from "./core";

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
const PATIENCE = 3_000;
const BACKGROUND = 20_000;
/** A first connection that opens later than this after the page was asked for may have missed a change. */
const LATE = 2_000;

/** Elements that show one of `topics`; all of them without topics. */
function concerned(topics?: readonly string[]): HTMLElement[] {
  const all = [...document.querySelectorAll<HTMLElement>("[data-live-topics]")];
  if (!topics) return all;
  return all.filter((element) =>
    (element.dataset.liveTopics ?? "").split(/\s+/).some((topic) => topics.includes(topic)),
  );
}

function refresh(topics?: readonly string[]): void {
  for (const element of concerned(topics)) htmx.trigger(element, "live", {});
}

/** Topics that the page asks for, each once. */
function topicsOf(root: HTMLElement): string[] {
  const named = [...root.querySelectorAll<HTMLElement>("[data-live], [data-live-topics]")];
  if (root.matches("[data-live]")) named.push(root);
  const topics = named.flatMap(({ dataset }) => `${dataset.live ?? ""} ${dataset.liveTopics ?? ""}`.split(/\s+/));
  return [...new Set(topics.filter(Boolean))];
}

function showState(state: "online" | "offline"): void {
  for (const sign of document.querySelectorAll<HTMLElement>("[data-live-state]")) sign.hidden = state === "online";
}

function parse(data: string): readonly string[] | undefined {
  try {
    return (JSON.parse(data) as { topics?: string[] }).topics;
  } catch {
    return undefined;
  }
}

/** Opens the one connection of a page and keeps it while somebody looks. */
export function mount(root: HTMLElement): void {
  let source: EventSource | undefined;
  let wait = FIRST_WAIT;
  let lost = false;
  let first = true;
  let timer = 0;

  const connect = (): void => {
    source?.close();
    source = new EventSource(`/live?topics=${encodeURIComponent(topicsOf(root).join(","))}`);
    source.addEventListener("open", opened);
    source.addEventListener("changed", (event) => refresh(parse((event as MessageEvent<string>).data)));
    source.addEventListener("error", again);
  };

  const opened = (): void => {
    wait = FIRST_WAIT;
    if (first && !lost && performance.now() > LATE) refresh();
    first = false;
    if (!lost) return;
    lost = false;
    showState("online");
    say(word("online"));
    refresh();
  };

  // The browser retries by itself only some errors, and at once; after an answer like 503 it has given up for good
  // (readyState is CLOSED). We end the connection either way and open another, waiting longer each time, so that a
  // server that comes back is not met by everybody in the same second.
  const again = (event: Event): void => {
    if (event.target !== source) return;
    source?.close();
    window.clearTimeout(timer);
    if (!lost) window.setTimeout(tellLost, PATIENCE);
    lost = true;
    timer = window.setTimeout(connect, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  };

  const tellLost = (): void => {
    if (!lost || document.hidden) return;
    showState("offline");
    if (!document.querySelector("[data-live-state]")) toast(word("offline"));
  };

  const rest = (): void => {
    window.clearTimeout(timer);
    source?.close();
    source = undefined;
  };

  // A browser opens only six connections to a server without HTTP/2: tabs in the background give theirs back.
  document.addEventListener("visibilitychange", () => {
    window.clearTimeout(timer);
    if (document.hidden) {
      timer = window.setTimeout(rest, BACKGROUND);
    } else if (!source) {
      connect();
      refresh();
    } else if (lost) {
      connect();
    }
  });
  window.addEventListener("pagehide", rest);
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    connect();
    refresh();
  });
  connect();
}

if (document.querySelector("[data-live], [data-live-topics]")) mount(document.body);
