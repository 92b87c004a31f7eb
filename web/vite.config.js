import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import tailwind from "@tailwindcss/vite";
import { defineConfig } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const entries = ["style.css", "app.ts", "live.ts", "desk.ts", "photos.ts", "place.ts", "map.ts", "areas.ts", "share.ts", "roster.ts", "passkeys.ts"];

/** One SVG with a <symbol> for each Lucide icon named in icons.txt; its hashed name is in the manifest. */
function iconSprite() {
  const names = () =>
    readFileSync(here("icons.txt"), "utf8").split(/\s+/).filter(Boolean);
  const symbol = (name) => {
    const source = readFileSync(here(`node_modules/lucide-static/icons/${name}.svg`), "utf8");
    const inner = source.slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "")}</symbol>`;
  };
  return {
    name: "icon-sprite",
    buildStart() {
      this.addWatchFile(here("icons.txt"));
    },
    generateBundle() {
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${names().map(symbol).join("")}</svg>`;
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "icons.svg", source });
    },
  };
}

export default defineConfig({
  base: "/static/",
  plugins: [tailwind(), iconSprite()],
  worker: { format: "es" },
  build: {
    outDir: "dist",
    manifest: "manifest.json",
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: entries.map((name) => here(`src/${name}`)),
      // htmx holds an eval that allowEval = false keeps from running; the policy forbids it besides.
      checks: { eval: false },
    },
  },
});
