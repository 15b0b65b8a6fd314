#!/usr/bin/env node
import { onOwnNode } from './on-own-node.mjs'

onOwnNode('scripts/keval-edge.ts')
