"""Recipes that rebuild two tutorials as they were (docs/tutorials/ says what they did, and what beats them)."""

from __future__ import annotations

from dataclasses import replace

from restore.api import Recipe

FVC = Recipe(
    "fvc-autoencoder",
    "Tutorial: FVC2002's 3,200 prints copied by an autoencoder of 314,625 weights.",
    dataset="synthetic:sensor=optical,dpi=300,count=400",
    folder="fvc2002:part=A",
    size=(224, 224),
    channels=1,
    corrupt=(),
    model="cae",
    baselines=("identity",),
    metrics=("mse", "psnr", "ssim"),
    epochs=200,
    batch=128,
    optimizer="rmsprop",
    lr=1e-3,
    loss="mse",
    fit="resize",
    schedule="constant",
    patience=200,
    target="input",
    split="image",
)
FVC_320 = replace(
    FVC,
    name="fvc-autoencoder-320",
    summary="Tutorial: the same with the 320 prints of FVC2002's set B.",
    folder="fvc2002:part=B",
    epochs=300,
    patience=300,
)
SOCOFING = Recipe(
    "socofing-autoencoder",
    "Tutorial: SOCOFing's altered prints through a small autoencoder, real ones out.",
    dataset="socofing:crop=blank",
    folder="socofing:crop=blank",
    size=(100, 100),
    channels=1,
    corrupt=(),
    model="small-cae",
    baselines=("identity", "median"),
    metrics=("mse", "psnr", "ssim"),
    epochs=50,
    batch=32,
    optimizer="adam",
    lr=1e-3,
    loss="binary_crossentropy",
    fit="resize",
    schedule="constant",
    patience=50,
    split="image",
)
TUTORIALS = (FVC, FVC_320, SOCOFING)
