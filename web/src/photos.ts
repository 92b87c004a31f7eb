/** Photos on a form: seen before they are sent, made smaller on the phone, taken away again. A plain file field without script. */
import { island, say, word } from "./core";
import { exifOf, withExif } from "./exif";

const LONGEST_SIDE = 2048;
const QUALITY = 0.86;

/** The photo with its longer side at most 2048 px, drawn anew as JPEG; time and place go with it for the server. */
async function shrink(file: File): Promise<File> {
  if (!file.type.startsWith("image/") || file.type === "image/gif") return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!blob) return file;
    const name = file.name.replace(/\.\w+$/, "") + ".jpg";
    return new File([withExif(blob, await exifOf(file))], name, { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    // Formats that this browser cannot draw (HEIC on many) go as they are; the server reads them.
    return file;
  }
}

function removeIcon(): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "size-4");
  svg.setAttribute("fill", "none");
  svg.setAttribute("stroke", "currentColor");
  svg.setAttribute("stroke-width", "2.5");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", "M18 6 6 18M6 6l12 12");
  svg.append(path);
  return svg;
}

function picture(file: File): HTMLElement {
  if (!file.type.startsWith("image/") && !file.type.startsWith("video/")) return nameOf(file);
  const shown = document.createElement(file.type.startsWith("video/") ? "video" : "img");
  const url = URL.createObjectURL(file);
  shown.className = "photo";
  shown.src = url;
  if (shown instanceof HTMLImageElement) {
    shown.alt = file.name;
    shown.addEventListener("load", () => URL.revokeObjectURL(url));
    shown.addEventListener("error", () => shown.replaceWith(nameOf(file)));
  } else {
    shown.muted = true;
    shown.preload = "metadata";
  }
  return shown;
}

/** A file that this browser cannot draw: its name, and that it goes all the same. */
function nameOf(file: File): HTMLElement {
  const line = document.createElement("span");
  line.className = "grid size-full place-items-center p-2 text-center text-xs leading-4 break-all";
  line.textContent = `${word("photo-bad")} ${file.name}`;
  return line;
}

export function mount(root: HTMLElement): void {
  const field = root.querySelector<HTMLInputElement>('input[type="file"]');
  const list = root.querySelector<HTMLElement>("[data-previews]");
  if (!field || !list) return;
  const most = Number(root.dataset.max ?? 10);
  const status = root.querySelector<HTMLElement>("[data-photos-status]");
  let files: File[] = [];

  const fill = (): void => {
    const chosen = new DataTransfer();
    for (const file of files) chosen.items.add(file);
    field.files = chosen.files;
  };

  const show = (): void => {
    fill();
    list.replaceChildren(...files.map(preview));
    const text = files.length ? `${word("photo-count")} ${files.length} / ${most}` : "";
    if (status) status.textContent = text;
    say(text);
    root.dispatchEvent(new CustomEvent("photos", { bubbles: true, detail: { count: files.length } }));
  };

  const preview = (file: File): HTMLElement => {
    const item = document.createElement("li");
    item.className = "relative aspect-square overflow-hidden rounded-xl bg-base-300";
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "absolute right-1 top-1 grid size-11 place-items-center";
    remove.setAttribute("aria-label", `${word("photo-remove")} ${file.name}`);
    const dot = document.createElement("span");
    dot.className = "grid size-8 place-items-center rounded-full bg-base-100 text-base-content shadow";
    dot.append(removeIcon());
    remove.append(dot);
    remove.addEventListener("click", () => {
      files.splice([...list.children].indexOf(item), 1);
      show();
      root.querySelector<HTMLElement>("[data-photos-add]")?.focus();
    });
    item.append(picture(file), remove);
    return item;
  };

  field.addEventListener("change", async () => {
    const fresh = [...(field.files ?? [])];
    const room = Math.max(most - files.length, 0);
    const taken = fresh.slice(0, room);
    // The field holds every photo at once, so that a form sent right now lacks none; the smaller ones follow.
    files = [...files, ...taken];
    show();
    if (fresh.length > room && status) status.textContent = word("photo-limit");
    // One after another: phones run out of memory on ten photos at once.
    for (const file of taken) {
      const small = await shrink(file);
      files = files.map((one) => (one === file ? small : one));
    }
    fill();
  });
  const add = root.querySelector<HTMLElement>("[data-photos-add]");
  add?.addEventListener("click", () => field.click());
  // The button stands in for the field; without one, or without script, the field itself is there.
  field.hidden = add !== null;
}

island("[data-photos]", mount);
