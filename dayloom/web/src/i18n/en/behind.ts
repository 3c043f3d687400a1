export const behind = {} as const;
