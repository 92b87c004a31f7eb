/** What lies under the areas: nothing, a raster tile server of this origin, or a PMTiles file. */
import type { LayerSpecification, SourceSpecification } from "maplibre-gl";
import { colourOf } from "./colours";

export type Base = { sources: Record<string, SourceSpecification>; layers: LayerSpecification[] };

/** The layers of the base map at `url`: empty, "…/{z}/{x}/{y}.png", "….raster.pmtiles", or "….pmtiles" (vector, Protomaps' layers). */
export function baseLayers(url: string): Base {
  if (!url) return { sources: {}, layers: [] };
  if (!url.includes(".pmtiles")) return raster({ tiles: [new URL(url, location.href).href.replaceAll(/%7B(\w)%7D/g, "{$1}")] });
  const archive = `pmtiles://${new URL(url, location.href).href}`;
  return url.includes(".raster.pmtiles") ? raster({ url: archive }) : vector(archive);
}

function raster(where: { tiles: string[] } | { url: string }): Base {
  return {
    sources: { base: { type: "raster", tileSize: 256, ...where } },
    layers: [{ id: "base", type: "raster", source: "base" }],
  };
}

/** Ground, water and roads without names: there are no glyphs to draw names with. */
function vector(url: string): Base {
  const fill = (id: string, colour: string): LayerSpecification => ({
    id: `base-${id}`,
    type: "fill",
    source: "base",
    "source-layer": id,
    paint: { "fill-color": colour },
  });
  return {
    sources: { base: { type: "vector", url } },
    layers: [
      fill("earth", colourOf("base-100")),
      fill("water", colourOf("base-300")),
      {
        id: "base-roads",
        type: "line",
        source: "base",
        "source-layer": "roads",
        paint: { "line-color": colourOf("base-300"), "line-width": ["interpolate", ["exponential", 1.5], ["zoom"], 8, 0.5, 18, 12] },
      },
    ],
  };
}
