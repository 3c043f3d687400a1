import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  base: "./",
  build: {
    target: "es2022",
    // Files named inside a style or a script would need `data:` in the policy of the service.
    assetsInlineLimit: 0,
    // A preload of modules is a script inside the page, which the policy does not allow.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: {
    // The service sees the address of this page, which it takes for its own.
    proxy: { "^/(?!@|src|node_modules|$)": { target: "http://127.0.0.1:2024", changeOrigin: false } },
  },
});
