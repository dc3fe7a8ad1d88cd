"""Which public corpora can be brought, from where, pinned to which bytes, and on which terms.

Floor: facts only. The hashes are git's own, so it does not matter how the bytes travel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class PublicCorpus:
    """Where a corpus lies, what must come, and on which terms.

    Attributes
    ----------
    repository, commit : on GitHub, as `owner/name`; the commit that is brought.
    licence, citation : shown before anything is brought.
    trees, blobs : path in the repository → git hash that its tree or file must have; nothing else is brought.
    """

    name: str
    repository: str
    commit: str
    licence: str
    citation: str
    trees: Mapping[str, str] = field(default_factory=dict)
    blobs: Mapping[str, str] = field(default_factory=dict)


CORPORA: dict[str, PublicCorpus] = {
    corpus.name: corpus
    for corpus in (
        PublicCorpus(
            "basil", "launchnlp/BASIL", "4fdbc4f68d5ddae648990063cb6dd11424d96222",
            "no licence stated by its authors",
            "Fan, White, Sharma, Su, Choubey, Huang & Wang (2019): In Plain Sight. EMNLP.",
            trees={
                "articles": "80382309156b59d76de94b2e156556100f1795bc",
                "annotations": "96ea3469cc0ceb0da12c26534c6984a1bd72dfc2",
            },
        ),
        PublicCorpus(
            "polnear", "networkdynamics/PolNeAR", "c3eee833c035bf7b8c84f55b58c0bf7346cfae76",
            "no licence stated by its authors",
            "Newell, Margolin & Ruths (2018): An Attribution Relations Corpus for Political News. LREC.",
            trees={
                "data/train/text": "1f7200c559e5ea068fc15d89a059b3d3e8ca4510",
                "data/dev/text": "2e8e8a41110f3ef40f4a69cdd04e9ec6d614a6f4",
                "data/test/text": "d91d18f3bf2d5a54f89e909f23fabea8c9393146",
                "data/train/attributions": "eb59a89beb02dca6272f94a1e919cf78571f9665",
                "data/dev/attributions": "7cf47d6ae327291ec4b0fed8adbf8d059df51b1a",
                "data/test/attributions": "4e5625b8cfb9d571a936a46199b73abec7655c67",
            },
        ),
        PublicCorpus(
            "babe", "Media-Bias-Group/Neural-Media-Bias-Detection-Using-Distant-Supervision-With-BABE",
            "fb79f646dcabf1746f5ebedc06ed8dd61ba78188",
            "repository AGPL-3.0",
            "Spinde, Plank, Krieger, Ruas, Gipp & Aizawa (2021): Neural Media Bias Detection. Findings of EMNLP.",
            blobs={"data/final_labels_SG2.csv": "8c7d1cc974d349245ba1cd17210f132a76206b10"},
        ),
        PublicCorpus(
            "newsmtsc", "fhamborg/NewsMTSC", "b9d9b79704ed1b35cecaf1d7c2343dc1bd734fb7",
            "repository MIT",
            "Hamborg & Donnay (2021): NewsMTSC. EACL.",
            blobs={
                f"NewsSentiment/experiments/default/datasets/newsmtsc-{part}/{split}.jsonl": blob
                for part, split, blob in (
                    ("rw", "train", "d9298b899843c6723895839b9c93db6b0b528400"),
                    ("rw", "dev", "45886809570dd24f72f5ca4c33bdccad3c84d69b"),
                    ("rw", "test", "d37324e77f4f6cd237ad8ba7ac9078309f9f527a"),
                    ("mt", "train", "d9298b899843c6723895839b9c93db6b0b528400"),
                    ("mt", "dev", "dbb8aac8d8cb6c20bb5bd5d4c75a9c0ea3949e72"),
                    ("mt", "test", "bead364390e4c51456249f8d5f566a8d12f22c5e"),
                )
            },
        ),
        PublicCorpus(
            "vader", "cjhutto/vaderSentiment", "44fc044cd877310ee8278a0eadf34bcd50d41d06",
            "package MIT; the archive asks for citation",
            "Hutto & Gilbert (2014): VADER. ICWSM.",
            blobs={"additional_resources/hutto_ICWSM_2014.tar.gz": "17f4f9665a479c8b4ce5591341273fa22ac52592"},
        ),
    )
}  # fmt: skip
