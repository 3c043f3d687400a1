import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../api/client";
import { signedIn } from "../api/session";

/** Who is signed in, and whether one has to be. */
export function useWho() {
  return useQuery({ queryKey: ["session"], queryFn: async () => (await api.GET("/session")).data });
}

/** Sign in with a token; the browser keeps a cookie that no script can read, and the page goes on where it was. */
export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (token: string) => api.POST("/session", { body: { token } }),
    onSuccess: () => {
      signedIn();
      return queries.invalidateQueries();
    },
  });
}

/** Sign out; nothing that was shown stays in the page. */
export function useSignOut() {
  return useMutation({ mutationFn: () => api.DELETE("/session"), onSuccess: () => location.reload() });
}
