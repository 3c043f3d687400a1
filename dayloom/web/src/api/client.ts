import createClient, { type Middleware } from "openapi-fetch";
import type { Writable } from "openapi-typescript-helpers";
import type { components, paths } from "./schema";
import { sessionEnded } from "./session";

/** A shape of the service, by its name in the OpenAPI schema. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** What the service refused, in its own words: `message` is for the person, `code` is stable. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly body: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** The address of the service, with any prefix a proxy added. */
export const HOME = new URL(".", location.href.split("#")[0]).href.replace(/\/$/, "");

async function problemOf(response: Response): Promise<ApiProblem> {
  const body = await response
    .clone()
    .json()
    .catch(() => ({}));
  const words = [body.detail, body.mend].filter((part) => typeof part === "string").join(" ");
  return new ApiProblem(response.status, body.code ?? "unknown", words || response.statusText, body);
}

const raising: Middleware = {
  async onResponse({ schemaPath, response }) {
    if (response.status === 401 && schemaPath !== "/session") sessionEnded();
    if (!response.ok && response.status !== 304) throw await problemOf(response);
    return undefined;
  },
};

/** Our own routes, typed from the schema of the service; every refusal is thrown as an `ApiProblem`. */
export const api = createClient<paths>({ baseUrl: HOME });
api.use(raising);

/** A body to send, in which only that stands what is said: the schema calls required what the service fills in. */
export function bodyOf<Name extends keyof components["schemas"]>(said: Partial<Schema<Name>>): Writable<Schema<Name>> {
  return said as Writable<Schema<Name>>;
}
