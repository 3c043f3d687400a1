// Each method of LangGraph's JavaScript SDK, called once: `node sdk_calls.mjs URL KEY SAID SLOW`, in a folder that has
// the package. Prints the names of its methods, and what came of each call: "works", or the status of the answer.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [apiUrl, apiKey, said, slow] = process.argv.slice(2);
const found = createRequire(`${process.cwd()}/`).resolve("@langchain/langgraph-sdk");
const { Client } = await import(pathToFileURL(found));
const client = new Client({ apiUrl, apiKey, callerOptions: { maxRetries: 0 } });
const { assistants, threads, runs, crons, store } = client;
const ASSISTANT = "dayloom";
const NOBODY = "00000000-0000-0000-0000-000000000000";
const input = { messages: [{ role: "user", content: said }] };
const every = { input, schedule: "0 18 * * 0" };

const read = async (parts) => { for await (const _ of parts); };
const fresh = async () => (await threads.create()).thread_id;
const begun = async (more = {}) => {
  const thread = await fresh();
  return [thread, (await runs.create(thread, ASSISTANT, { input, ...more })).run_id];
};
const ended = async () => {
  const [thread, run] = await begun();
  await runs.join(thread, run);
  return [thread, run];
};
const running = async () => {
  const [thread, run] = await begun({ config: JSON.parse(slow) });
  while ((await runs.get(thread, run)).status !== "running") await new Promise((next) => setTimeout(next, 50));
  return [thread, run];
};

const scheduled = async () => (await crons.create(ASSISTANT, every)).cron_id;

const [thread, run] = await ended();
const assistant = (await assistants.search({ graphId: ASSISTANT }))[0].assistant_id;
const CALLS = {
  "assistants.count": () => assistants.count(),
  "assistants.create": () => assistants.create({ graphId: ASSISTANT }),
  "assistants.delete": () => assistants.delete(NOBODY),
  "assistants.get": () => assistants.get(assistant),
  "assistants.getGraph": () => assistants.getGraph(assistant),
  "assistants.getSchemas": () => assistants.getSchemas(assistant),
  "assistants.getSubgraphs": () => assistants.getSubgraphs(assistant),
  "assistants.getVersions": () => assistants.getVersions(assistant),
  "assistants.search": () => assistants.search(),
  "assistants.setLatest": () => assistants.setLatest(assistant, 1),
  "assistants.update": () => assistants.update(assistant, { name: ASSISTANT }),
  "threads.copy": () => threads.copy(thread),
  "threads.count": () => threads.count(),
  "threads.create": () => threads.create(),
  "threads.delete": async () => threads.delete(await fresh()),
  "threads.get": () => threads.get(thread),
  "threads.getHistory": () => threads.getHistory(thread),
  "threads.getState": () => threads.getState(thread),
  "threads.joinStream": async () => {
    const listened = await fresh();
    const parts = threads.joinStream(listened)[Symbol.asyncIterator]();
    const first = parts.next();
    await runs.create(listened, ASSISTANT, { input });
    await first;
    await parts.return?.();
  },
  "threads.patchState": () => threads.patchState(thread, { seen: true }),
  "threads.prune": async () => threads.prune([await fresh()]),
  "threads.search": () => threads.search(),
  "threads.update": () => threads.update(thread, { metadata: { seen: true } }),
  "threads.updateState": () => threads.updateState(thread, { values: input }),
  "runs.cancel": async () => runs.cancel(...(await running()), true),
  "runs.cancelMany": async () => {
    const [threadId, runId] = await begun();
    await runs.cancelMany({ threadId, runIds: [runId] });
  },
  "runs.create": () => runs.create(null, ASSISTANT, { input }),
  "runs.createBatch": () => runs.createBatch([{ assistantId: ASSISTANT, input }]),
  "runs.delete": async () => runs.delete(...(await ended())),
  "runs.get": () => runs.get(thread, run),
  "runs.join": () => runs.join(thread, run),
  "runs.joinStream": () => read(runs.joinStream(thread, run)),
  "runs.list": () => runs.list(thread),
  "runs.stream": () => read(runs.stream(null, ASSISTANT, { input })),
  "runs.wait": () => runs.wait(null, ASSISTANT, { input }),
  "crons.count": () => crons.count(),
  "crons.create": () => crons.create(ASSISTANT, every),
  "crons.createForThread": () => crons.createForThread(thread, ASSISTANT, every),
  "crons.delete": async () => crons.delete(await scheduled()),
  "crons.search": () => crons.search(),
  "crons.update": async () => crons.update(await scheduled(), { enabled: false }),
  "store.deleteItem": () => store.deleteItem(["notes"], "one"),
  "store.getItem": () => store.getItem(["notes"], "two"),
  "store.listNamespaces": () => store.listNamespaces(),
  "store.putItem": () => store.putItem(["notes"], "two", { text: "hello" }),
  "store.searchItems": () => store.searchItems(["notes"]),
};

function* methods() {
  const inherited = new Set(Object.getOwnPropertyNames(Object.getPrototypeOf(Object.getPrototypeOf(assistants))));
  for (const group of ["assistants", "threads", "runs", "crons", "store"])
    for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(client[group])))
      if (!inherited.has(name)) yield `${group}.${name}`;
}

async function outcome(call) {
  try {
    await call();
    return "works";
  } catch (error) {
    return String(error.status ?? error);
  }
}

const outcomes = {};
for (const [name, call] of Object.entries(CALLS)) outcomes[name] = await outcome(call);
console.log(JSON.stringify({ methods: [...methods()], outcomes }));
process.exit();
