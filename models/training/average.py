"""Averages adapted weights tensor by tensor (Wortsman et al. 2022, *Model soups*).

    python average.py BASE.safetensors OUT.safetensors ONE.safetensors TWO.safetensors ...
"""

import sys

import torch

from encoder import load, save

base, out, *members = sys.argv[1:]
average, base_state = load(base), load(base).state_dict()
states = [load(path).state_dict() for path in members]
average.load_state_dict(
    {
        # Equal tensors are copied: their mean may differ from them in the last digit.
        name: value if all(torch.equal(s[name], value) for s in states) else torch.stack([s[name] for s in states]).mean(0)
        for name, value in base_state.items()
    }
)
save(average, base, out)
