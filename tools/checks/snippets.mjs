import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** All TypeScript snippets that a reader of a project meets: in its README.md and in the comments of its sources. */
export function snippetsOf(projectRoot) {
  const readme = path.join(projectRoot, 'README.md');
  const src = path.join(projectRoot, 'src');
  const files = [
    ...(existsSync(readme) ? [readme] : []),
    ...(existsSync(src) ? ts.sys.readDirectory(src, ['.ts']) : []),
  ];
  return files.flatMap(snippetsIn);
}

function snippetsIn(file) {
  // A line of a comment starts with an asterisk that is not part of the snippet.
  const margin = file.endsWith('.ts') ? /^\s*\* ?/ : /^(?!)/;
  const snippets = [];
  let open;
  readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .forEach((line, index) => {
      const text = line.replace(margin, '');
      if (open && /^\s*```\s*$/.test(text)) {
        snippets.push({ ...open, name: nameOf(open.lines[0]), code: open.lines.join('\n') });
        open = undefined;
      } else if (open) open.lines.push(text);
      else if (/^\s*```(ts|typescript)\b/.test(text)) open = { file, firstLine: index + 2, lines: [] };
    });
  if (open) throw new Error(`${file}:${open.firstLine - 1}: this snippet has no end`);
  return snippets;
}

// A snippet that starts with `// auth.ts` is a file that the others can import as './auth.js'.
function nameOf(firstLine) {
  return /^\/\/ ([\w-]+)\.ts\b/.exec(firstLine ?? '')?.[1];
}
