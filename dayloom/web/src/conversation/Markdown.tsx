import Markdown from "react-markdown";
import remarkGfm from "remark-gfm";

const PLUGINS = [remarkGfm];

/** Words with their lists, tables and emphasis; HTML in them is text, and pictures are not fetched. */
export default function MarkdownText({ text }: { text: string }) {
  return (
    <Markdown remarkPlugins={PLUGINS} disallowedElements={["img"]} components={{ a: Link }}>
      {text}
    </Markdown>
  );
}

function Link({ href, children }: { href?: string | undefined; children?: React.ReactNode }) {
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}
