/** A file dropped beside where it belongs must not take the page's place, with all that is typed on it. */
export function ignoreStrayFiles(): void {
  for (const kind of ["dragover", "drop"] as const) {
    addEventListener(kind, (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
  }
}
