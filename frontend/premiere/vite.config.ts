// The panel for Premiere: one script, as UXP loads no modules. Built into dist/premiere, which is what people download.
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";

const here = import.meta.dirname;
const out = join(here, "../dist/premiere");

export default defineConfig({
  root: here,
  publicDir: false,
  build: {
    outDir: out,
    emptyOutDir: true,
    target: "es2022",
    rollupOptions: { external: ["uxp", "premierepro"] }, // Premiere's own, by its `require`
    lib: { entry: join(here, "src/main.ts"), formats: ["iife"], name: "twopop", fileName: () => "panel.js" },
  },
  plugins: [
    {
      name: "the panel's other files",
      closeBundle() {
        mkdirSync(out, { recursive: true });
        for (const name of ["manifest.json", "index.html", "panel.css", "icons"]) cpSync(join(here, name), join(out, name), { recursive: true });
      },
    },
  ],
});
