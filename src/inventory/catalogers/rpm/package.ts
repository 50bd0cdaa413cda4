import { tags, type Header } from './header.ts';
import type { Vended } from './vendors.ts';

/** A package, and how much of the allowance for paths it used up. */
export interface HeaderPackage extends Vended {
  readonly pathCharacters: number;
}

/**
 * The package that a header describes.
 *
 * @param pathsLeft how many characters its paths may have; files beyond are left out
 * @returns nothing if it has no name or no version
 */
export function packageOf(header: Header, pathsLeft: number): HeaderPackage | undefined {
  const name = header.text(tags.name) ?? '';
  const version = header.text(tags.version) ?? '';
  const release = header.text(tags.release) ?? '';
  if (name === '' || version === '' || release === '') return undefined;
  const [epoch] = header.numbers(tags.epoch);
  const license = header.text(tags.license) ?? '';
  const { files, pathCharacters } = filesOf(header, pathsLeft);
  return {
    name,
    version: `${epoch === undefined ? '' : `${epoch}:`}${version}-${release}`,
    source: sourceOf(header.text(tags.sourceRpm)),
    architecture: header.text(tags.architecture),
    licenses: license === '' ? [] : [license],
    statedVendor: header.text(tags.vendor),
    module: moduleOf(header.text(tags.modularityLabel)),
    files,
    pathCharacters,
  };
}

/**
 * The source package in the file name of a source RPM: `bash-5.1.8-6.el9.src.rpm`. The name never says an epoch, even if the
 * source package has one.
 */
export function sourceOf(fileName: string | undefined): { name: string; version: string } | undefined {
  const stem = fileName?.replace(/\.(?:no)?src\.rpm$/, '');
  const beforeRelease = stem?.lastIndexOf('-') ?? -1;
  const beforeVersion = beforeRelease <= 0 ? -1 : (stem?.lastIndexOf('-', beforeRelease - 1) ?? -1);
  if (stem === undefined || stem === fileName || beforeVersion <= 0) return undefined;
  return { name: stem.slice(0, beforeVersion), version: stem.slice(beforeVersion + 1) };
}

/** `nodejs:18:8080020230718…:abcdef12` is stream 18 of the module nodejs. */
function moduleOf(label: string | undefined): string | undefined {
  const [name, stream] = label?.split(':') ?? [];
  return name === undefined || name === '' || stream === undefined || stream === '' ? undefined : `${name}:${stream}`;
}

const pathBytes = 4096;
/** What a path costs besides its characters. */
const charactersPerPath = 16;
/** States of files that are another package's by now, were never installed, or gave way to another architecture's. */
const foreignStates = new Set([1, 2, 4]);

function filesOf(header: Header, pathsLeft: number): { files: string[]; pathCharacters: number } {
  const states = header.numbers(tags.fileStates);
  const files: string[] = [];
  let pathCharacters = 0;
  for (const [index, path] of pathsOf(header).entries()) {
    if (path.length > pathBytes || foreignStates.has(states[index] ?? 0)) continue;
    pathCharacters += path.length + charactersPerPath;
    if (pathCharacters > pathsLeft) break;
    files.push(path.replace(/^\/+/, ''));
  }
  return { files, pathCharacters };
}

/** Since rpm 4 paths are split into folders and names; before, they stood whole. */
function pathsOf(header: Header): string[] {
  const folders = header.texts(tags.folders);
  const indexes = header.numbers(tags.folderOfFile);
  const names = header.texts(tags.fileNames);
  if (names.length === 0) return header.texts(tags.oldFileNames);
  return names.map((name, index) => (folders[indexes[index] ?? -1] ?? '/') + name);
}
