import { FolderOpen } from "lucide-react";
import type { ReactNode } from "react";
import { DropZone, type FileDropItem, FileTrigger } from "react-aria-components";
import { Button } from "./Button";
import styles from "./FileDrop.module.css";

interface FileDropProps {
  /** What may be dropped here. */
  label: string;
  /** What the button says that opens a choice of files. */
  choose: string;
  types: readonly string[];
  onFile: (file: File) => void;
  children?: ReactNode;
}

/** A place to drop a file, or to choose one. */
export function FileDrop({ label, choose, types, onFile, children }: FileDropProps) {
  return (
    <DropZone
      className={styles.zone ?? ""}
      aria-label={label}
      onDrop={async ({ items }) => {
        const item = items.find((one): one is FileDropItem => one.kind === "file");
        if (item) onFile(await item.getFile());
      }}
    >
      {children ?? <p>{label}</p>}
      <FileTrigger acceptedFileTypes={types} onSelect={(files) => files?.[0] && onFile(files[0])}>
        <Button icon={FolderOpen}>{choose}</Button>
      </FileTrigger>
    </DropZone>
  );
}
