// Long-term memory by LangGraph's JavaScript SDK, with every option: `node store.mjs URL KEY`, in a folder that has it.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [apiUrl, apiKey] = process.argv.slice(2);
const found = createRequire(`${process.cwd()}/`).resolve("@langchain/langgraph-sdk");
const { Client } = await import(pathToFileURL(found));
const { store } = new Client({ apiUrl, apiKey, callerOptions: { maxRetries: 0 } });
const keys = async (...asked) => (await store.searchItems(...asked)).items.map((item) => item.key);

await store.putItem(["js", "tea"], "green", { text: "Green tea in the mornings", cups: 2 }, { index: ["text"] });
await store.putItem(["js", "tea"], "black", { text: "Black tea in the evenings", cups: 1 }, { index: false, ttl: 60 });
await store.putItem(["js", "run"], "tuesday", { text: "安娜周二跑步" }, { ttl: null });
await store.putItem(["js", "run"], "gone", { text: "gone" });
await store.deleteItem(["js", "run"], "gone");
const item = await store.getItem(["js", "tea"], "green", { refreshTtl: false });

console.log(
  JSON.stringify({
    item: [item.namespace, item.key, item.value, item.createdAt === item.updatedAt, !Number.isNaN(Date.parse(item.createdAt))],
    missing: await store.getItem(["js", "run"], "gone"),
    all: await keys(["js"]),
    asked: await keys(["js"], { query: "mornings", limit: 1 }),
    chinese: await keys(["js"], { query: "周二做什么", limit: 1 }),
    page: await keys(["js"], { limit: 1, offset: 1, refreshTtl: true }),
    filtered: await keys(["js"], { filter: { cups: { $gte: 2 } } }),
    named: (await store.listNamespaces({ prefix: ["js"], suffix: ["tea"] })).namespaces,
    cut: (await store.listNamespaces({ prefix: ["js"], maxDepth: 1, limit: 1, offset: 0 })).namespaces,
    refused: await store.putItem(["langgraph"], "one", {}).then(
      () => "kept",
      (error) => error.status,
    ),
  }),
);
process.exit();
